"""Registers resources in the order in which they stand on each other.

Each is registered once what it stands on has been answered. One that stands on something that Azure
refused gets plain values and depends on that: the engine then passes over it, which leaves it as it
is in Azure and in the state. One that the state holds is registered with all of its changes ignored
instead, to the same end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pulumi

from components.providers import Providers
from estate.arm_id import key
from plan.after_refusals import Refusals, waits
from plan.dependencies import Needs
from plan.model.flow_logs import PlannedFlowLog
from plan.model.planned import Planned
from printable import printable
from sdk_refusals import registered

UNTOUCHED = ["*"]  # of ``ignoreChanges``: every property stays as the state has it

_Planned = TypeVar("_Planned", bound=Planned)
Build = Callable[[_Planned, pulumi.ResourceOptions], pulumi.Resource]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a resource; ``missing`` is what Azure refused of what it stands on."""

    planned: Planned
    resource: pulumi.Resource
    refused: bool
    missing: tuple[Planned, ...]

    @property
    def stands(self) -> bool:
        """Whether it is there: an existing one whose change was refused is, as it was."""
        return self.planned.exists or not self.refused

    @property
    def causes(self) -> tuple[Planned, ...]:
        """What Azure refused, for whatever stands on this."""
        return self.missing or (self.planned,)


class Registrations:
    """Registers what a plan holds, and remembers what Azure refused of it."""

    def __init__(self, azure: Providers, needs: Needs) -> None:
        """``needs`` holds what each resource stands on; all of that is given to ``add``."""
        self._azure = azure
        self._needs = needs
        self._answers: dict[str, asyncio.Future[Answer]] = {}
        self._made: dict[str, pulumi.Resource] = {}
        self._refused: dict[str, Planned] = {}
        self._waiting: dict[str, Planned] = {}

    def add(
        self,
        planned: _Planned,
        build: Build[_Planned],
        parent: pulumi.Resource,
        *,
        keep: bool = False,
    ) -> None:
        """Registers a resource that others may stand on, in its turn."""
        registered = self._remembered(planned, build, parent, keep)
        self._answers[key(planned.id)] = asyncio.ensure_future(registered)

    async def register(
        self,
        planned: _Planned,
        build: Build[_Planned],
        parent: pulumi.Resource,
        *,
        keep: bool = False,
    ) -> Answer:
        """Registers a resource that nothing stands on, and returns when it is answered.

        ``keep`` leaves it in Azure when the stack is destroyed.
        """
        needed = [await self._answers[need] for need in self._needs[key(planned.id)]]
        causes = (cause for need in needed if not need.stands for cause in need.causes)
        missing = tuple({key(cause.id): cause for cause in causes}.values())
        untouched = planned.untouched or (bool(missing) and _held(planned))
        named = [need for need in needed if need.stands or not untouched]
        opts = pulumi.ResourceOptions(
            parent=parent,
            provider=self._azure.of(planned.subscription_id),
            import_=planned.import_id,
            ignore_changes=_ignored(planned, untouched),
            protect=planned.protect or None,
            retain_on_delete=keep or None,
            depends_on=[need.resource for need in named if not (need.refused and need.stands)],
        )
        resource = build(planned, opts)
        passed_over = any(not need.stands for need in named)
        refused = not await registered(resource) or passed_over
        if refused or missing:
            self._note(planned, missing)
        return Answer(planned, resource, refused, missing)

    def output(self, resource_id: str, name: str, plain: str) -> pulumi.Input[str]:
        """An output of a resource of this run that has been registered; else the plain value."""
        made = self._made.get(key(resource_id))
        found: pulumi.Input[str] = plain if made is None else getattr(made, name)
        return found

    async def answered(self, resource_id: str) -> None:
        """Returns when a resource of this run has been answered; at once for any other."""
        if answer := self._answers.get(key(resource_id)):
            await answer

    def standing(self, planned: Iterable[Planned]) -> int:
        """How many of the resources are there, of those that have been answered."""
        unmade = self._refused.keys() | self._waiting.keys()
        return sum(resource.exists or key(resource.id) not in unmade for resource in planned)

    async def refusals(self) -> Refusals:
        """What Azure refused and what waits for that, once everything added is answered."""
        await asyncio.gather(*self._answers.values())
        unmade = {**self._refused, **self._waiting}
        return Refusals(
            refused=frozenset(self._refused),
            waiting=frozenset(self._waiting),
            absent=frozenset(own for own, planned in unmade.items() if not planned.exists),
        )

    async def _remembered(
        self, planned: _Planned, build: Build[_Planned], parent: pulumi.Resource, keep: bool
    ) -> Answer:
        answer = await self.register(planned, build, parent, keep=keep)
        if not answer.refused:
            self._made[key(planned.id)] = answer.resource
        return answer

    def _note(self, planned: Planned, missing: Sequence[Planned]) -> None:
        if missing:
            self._waiting[key(planned.id)] = planned
            pulumi.log.warn(printable(waits(planned, missing)))
        else:
            self._refused[key(planned.id)] = planned


def _held(planned: Planned) -> bool:
    """Whether the state holds a resource whose dependencies may leave the program in this run.

    The engine (3.259) ends in a panic where it passes over such a one, which keeps them in the
    state. What flow logs depend on stays declared while it exists.
    """
    known = planned.exists and planned.import_id is None
    return known and not isinstance(planned, PlannedFlowLog)


def _ignored(planned: Planned, untouched: bool) -> list[str] | None:
    """None for a flow log: its properties are as Azure holds them, and policies look at them."""
    return UNTOUCHED if untouched and not isinstance(planned, PlannedFlowLog) else None
