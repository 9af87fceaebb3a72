"""What an update has made of a plan, where Azure refused some of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plan.planned import Planned
from plan.wording import listed

CAUSES = 3  # names in a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """Ids (keys) of what Azure refused in a run, and of what waits for that."""

    refused: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()


def waits(planned: Planned, missing: Sequence[Planned]) -> str:
    """The line on a resource that stands on what Azure refused."""
    causes = listed([f"{cause.noun} {cause.name}" for cause in missing], CAUSES)
    stays = " stays as it is and" if planned.exists else ""
    return f"{planned.noun} {planned.name}{stays} waits for {causes}, which Azure refused"
