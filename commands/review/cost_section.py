"""The section of a summary on cost: what a run adds to the bill, for so many GB and as measured."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from commands.shared.markdown import code, details, plain, table
from commands.shared.prices import AMOUNTS, FREE_GB, REDUCTION, dollars_per_gb
from commands.shared.states import LEVELS
from commands.shared.volume import DAYS, Volume
from estate.arm_id import key, name_of
from plan.text import count
from plan.views.document_types import BeforeEntry, FlowLogEntry, PlanDocument, PlannedEntry

MONTH = 30  # days
UNKNOWN = "unknown until first data"
TOO_LITTLE = "too little data yet"
LEAST = 0.01  # GB a month; less says nothing of a month


class _Paid(NamedTuple):
    """What of a flow log is paid for; ``interval`` in minutes, None without Traffic Analytics."""

    enabled: bool
    interval: int | None

    @property
    def dollars(self) -> float:
        return dollars_per_gb(self.interval) if self.enabled else 0.0


class _Line(NamedTuple):
    """Flow logs that cost alike: what happens to them, and US dollars more for a GB recorded."""

    what: str
    dollars: float


def cost(plan: PlanDocument, measured: Volume, most: int) -> Iterator[str]:
    """What the run adds to the bill; nothing where it adds and saves nothing.

    ``plan`` is the document of plan/views/document.py, ``measured`` what its flow logs write so
    far.
    """
    lines = _lines(plan)
    if not lines:
        return
    volume = _monthly(measured)
    added = Counter(log["level"] for log in _new(plan))
    told = [count(number, LEVELS[level]) for level, number in sorted(added.items())]
    yield "### Cost"
    yield f"Newly recorded: {', '.join(told) or 'nothing'}. {_measured(measured, volume)}"
    yield from _by_flow_log(plan["flowLogs"], volume, most)
    head = ("flow logs", "", *(f"{amount} GB a month" for amount in AMOUNTS), "as measured")
    rows = [
        (
            f"{len(logs):,}",
            line.what,
            *(f"{line.dollars * amount:,.2f}" for amount in AMOUNTS),
            _as_measured(line, logs, volume) if volume else _unmeasured(measured),
        )
        for line, logs in sorted(lines.items())
    ]
    yield from table(head, rows, most)
    yield (
        "US dollars a month for what the flow logs of a line record together, list prices (East "
        f"US), before the {FREE_GB} GB a month that each subscription collects free; blob storage "
        "and longer workspace retention come on top."
    )


def _monthly(measured: Volume) -> dict[str, float]:
    """GB recorded a month by the flow log's key; empty where all together are too little."""
    volume = {log: gb * REDUCTION * MONTH for log, gb in measured.gb_a_day.items()}
    return volume if sum(volume.values()) >= LEAST else {}


def _unmeasured(measured: Volume) -> str:
    return TOO_LITTLE if measured.gb_a_day else UNKNOWN


def _measured(measured: Volume, volume: Mapping[str, float]) -> str:
    lines = [f"Not measured: {plain(line)}." for line in measured.unread]
    if not volume:
        return " ".join([f"GB: {_unmeasured(measured)}.", *lines])
    told = (
        f"Measured over the last {DAYS} days: {count(len(volume), 'flow log')} with "
        f"{_gb(sum(measured.gb_a_day.values()))} a day in workspaces, which is about "
        f"{_gb(sum(volume.values()))} recorded a month ({REDUCTION} to 1), "
        f"{_gb(fmean(volume.values()))} each; that average stands for flow logs "
        "without data."
    )
    return " ".join([told, *lines])


def _by_flow_log(
    logs: Iterable[FlowLogEntry], volume: Mapping[str, float], most: int
) -> Iterator[str]:
    """The measured flow logs, largest first."""
    held = sorted(
        (log for log in logs if key(log["id"]) in volume),
        key=lambda log: (-volume[key(log["id"])], log["name"]),
    )
    rows = [
        (code(log["name"]), code(name_of(log["targetId"])), _gb(volume[key(log["id"])]))
        for log in held
    ]
    head = ("flow log", "on", "recorded a month")
    yield from details(f"GB of {count(len(held), 'flow log')}", table(head, rows, most))


def _as_measured(line: _Line, logs: Sequence[str], volume: Mapping[str, float]) -> str:
    """GB and dollars a month; a flow log without data counts as the average of all that have."""
    average = fmean(volume.values())
    gb = sum(volume.get(log, average) for log in logs)
    guessed = sum(log not in volume for log in logs)
    told = f"{_gb(gb)}: {line.dollars * gb:z,.2f}"
    return f"{told} ({guessed:,} estimated)" if guessed else told


def _lines(plan: PlanDocument) -> Mapping[_Line, list[str]]:
    """Keys of flow logs by what they cost more or less."""
    taken = {key(adoption["id"]) for adoption in plan["adoptions"] if adoption["imported"]}
    found: dict[_Line, list[str]] = defaultdict(list)
    for log in plan["flowLogs"]:
        if planned := log["planned"]:
            line = _line(log["before"], planned, key(log["id"]) in taken)
            found[line].append(key(log["id"]))
    return {line: logs for line, logs in found.items() if round(line.dollars, 4)}


def _line(was: BeforeEntry | None, planned: PlannedEntry, taken: bool) -> _Line:
    after = _paid(planned)
    if was is None:
        return _Line(f"new, {_every(after.interval)}", after.dollars)
    before = _paid(was)
    kind = "adopted" if taken else "changed"
    return _Line(f"{kind}, {_told(before, after)}", after.dollars - before.dollars)


def _paid(log: BeforeEntry | PlannedEntry) -> _Paid:
    """Of the state before or after; Azure analyses every 60 minutes unless told otherwise."""
    analytics = log["trafficAnalytics"]
    if analytics is None:
        return _Paid(log["enabled"], None)
    return _Paid(log["enabled"], analytics["interval"] or 60)


def _new(plan: PlanDocument) -> list[FlowLogEntry]:
    return [log for log in plan["flowLogs"] if log["planned"] and log["planned"]["new"]]


def _told(before: _Paid, after: _Paid) -> str:
    if not after.enabled:
        return "switched off"
    if not before.enabled:
        return f"switched on, {_every(after.interval)}"
    return (
        f"{_every(before.interval)} → {_every(after.interval).removeprefix('Traffic Analytics ')}"
    )


def _every(interval: int | None) -> str:
    return f"Traffic Analytics {'off' if interval is None else f'every {interval} minutes'}"


def _gb(amount: float) -> str:
    return f"{amount:,.2f} GB" if amount >= LEAST else f"under {LEAST} GB"
