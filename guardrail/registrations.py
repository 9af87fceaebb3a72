"""Results of the guardrail's resources: a refusal stops only what depends on the refused one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pulumi

from printable import printable
from sdk_refusals import registered


@dataclass(frozen=True, slots=True)
class Answer:
    """Result of a resource, for those that depend on it.

    ``missing`` names what Azure refused of it and of what it stands on; empty where it is there.
    """

    resource: pulumi.Resource
    missing: tuple[str, ...] = ()


def after(parent: pulumi.Resource, *needs: Answer) -> pulumi.ResourceOptions:
    """Options of a resource that depends on others, all of which are answered.

    The engine passes over one that depends on something missing, but where its properties differ
    from the state: then it may be deleted and created again. So none of them is looked at. What is
    there is no dependency: one that stays in the state while what it depended on leaves it makes
    the state invalid, on which the engine panics (3.259.0).
    """
    missing = [need for need in needs if need.missing]
    return pulumi.ResourceOptions(
        parent=parent,
        depends_on=[need.resource for need in missing],
        ignore_changes=["*"] if missing else None,
    )


async def answered(title: str, resource: pulumi.Resource, *needs: Answer) -> Answer:
    """Returns once Azure has answered; one line names what waits for something missing.

    ``title`` is what the line calls it, such as ``policy assignment NAME``.
    """
    missing = _missing(needs)
    if await registered(resource) and not missing:
        return Answer(resource)
    if missing:
        waits = f"{title} waits for {', '.join(missing)}, which Azure refused"
        pulumi.log.warn(printable(waits))
    return Answer(resource, missing or (title,))


def _missing(needs: Iterable[Answer]) -> tuple[str, ...]:
    """Each once."""
    return tuple(dict.fromkeys(name for need in needs for name in need.missing))
