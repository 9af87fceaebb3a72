"""What happened to what records a place, as far as the activity log tells."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from commands.recorded.activities import Activities, about
from commands.recorded.causes import Written
from commands.recorded.hour_rows import HourRows
from commands.recorded.places import Place
from commands.shared.workspace_rows import names
from estate.arm_id import group_id_of, key, name_of, parent_of, subscription_of
from estate.model import FlowLog
from recording.facts import Event
from recording.hours import Window, between


@dataclass(frozen=True)
class History:
    """Events of one place; ``logs`` are its flow logs, ``rows`` those that are known of it.

    ``workspaces`` are ids of all that are known, ``unread`` the keys of those that cannot be asked,
    ``recorders`` names of all flow logs that have rows, which name their targets.
    """

    place: Place
    logs: Sequence[FlowLog]
    rows: Sequence[HourRows]
    activities: Activities
    workspaces: Sequence[str]
    unread: Container[str]
    recorders: Container[str]
    window: Window

    def events(self) -> tuple[Event, ...]:
        """What its rows depend on, in order of time; uncertain where something else went on."""
        found = {id(event): event for event in self.activities.about(self._current())}
        found |= {id(event): event for event in self._former()}
        listed = [self._weighed(event) for event in found.values()]
        if not self.logs:
            listed += self._of_unknown_targets()
        return tuple(sorted(listed, key=lambda event: event.at))

    def _current(self) -> Iterator[str]:
        yield from (row.flow_log for row in self.rows)
        for log in self.logs:
            yield from _dependencies(log)

    def _former(self) -> Iterator[Event]:
        """Events of what its flow logs were written to, until they were written anew."""
        mine = self.activities.written_on((*self.place.targets, *self.place.groups))
        for one in mine:
            later = (each.at for each in mine if each.at > one.at and _same(each, one))
            until = min(later, default=None)
            around = _around(one.flow_log, one.account, one.workspace)
            for event in self.activities.about(around):
                if event.at >= one.at and (until is None or event.at <= until):
                    yield event

    def _weighed(self, event: Event) -> Event:
        """The event; not certain where another flow log went on, or another rule is meant."""
        if not event.certain or not event.off:
            return event
        told = about(event)
        others = [log for log in self.logs if told.isdisjoint(map(key, _dependencies(log)))]
        alone = not any(self._went_on(log, event) for log in others)
        own = {name for log in self.logs for name in names(log.id, log.target_id)}
        past = [row for row in self.rows if row.flow_log not in own | told]
        after = between(max(0, self.window.at(event.at) + 1), self.window.hours)
        alone = alone and not any(row.hours & after for row in past)
        return replace(event, certain=alone and not self._is_ambiguous(event))

    def _went_on(self, log: FlowLog, event: Event) -> bool:
        """Whether a flow log that the event is not about recorded when it happened."""
        if log.feeds and key(log.feeds) in self.unread:
            return True
        before = between(0, self.window.at(event.at) + 1)
        called = names(log.id, log.target_id)
        if any(row.hours & before for row in self.rows if row.flow_log in called):
            return True
        began = self.activities.about([log.id])
        return any(each.on and each.certain and each.at <= event.at for each in began)

    def _is_ambiguous(self, event: Event) -> bool:
        """Whether it is a rule of Traffic Analytics beside several workspaces."""
        group = key(group_id_of(event.resource))
        beside = {key(id_) for id_ in self.workspaces if key(group_id_of(id_)) == group}
        return name_of(key(event.resource)).startswith("nwta") and len(beside) > 1

    def _of_unknown_targets(self) -> Iterator[Event]:
        for event in self.activities.of_unknown_targets(subscription_of(self.place.targets[0])):
            if not any(name in self.recorders for name in about(event)):
                what = f"flow log {name_of(event.resource)} deleted, whose target is not known"
                yield replace(event, certain=False, what=what)


def _dependencies(log: FlowLog) -> Iterator[str]:
    """Ids that the rows of a flow log depend on, and its names in rows."""
    yield from names(log.id, log.target_id)
    yield from _around(log.id, log.storage_id, log.analytics.workspace_id or "")


def _around(flow_log: str, account: str, workspace: str) -> Iterator[str]:
    """Ids of a flow log and of what it writes to, as far as that is known."""
    yield from (flow_log, parent_of(flow_log))
    if account:
        yield account
    if workspace:
        yield from (workspace, group_id_of(workspace))


def _same(one: Written, other: Written) -> bool:
    return key(one.flow_log) == key(other.flow_log)
