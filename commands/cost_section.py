"""The section of a summary on cost: what a run adds to the bill, for so many GB and as measured."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any, NamedTuple

from commands.markdown import code, details, plain, table
from commands.outcome import Outcome
from commands.prices import FREE_GB, REDUCTION, dollars_per_gb
from commands.volume import DAYS, Volume
from commands.words import LEVELS
from estate.model import key, name_of
from plan.wording import count

AMOUNTS = (1, 10, 100)  # GB a month
MONTH = 30  # days
UNKNOWN = "unknown until first data"

FlowLog = Mapping[str, Any]  # of the plan's document


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


def cost(outcome: Outcome, most: int) -> Iterator[str]:
    """What the run adds to the bill; nothing where it adds and saves nothing."""
    plan = outcome.plan or {"flowLogs": [], "adoptions": []}
    lines = _lines(outcome, plan)
    if not lines:
        return
    volume = {log: gb * REDUCTION * MONTH for log, gb in outcome.volume.gb_a_day.items()}
    added = Counter(log["level"] for log in _new(plan))
    told = [count(number, LEVELS[level]) for level, number in sorted(added.items())]
    yield "### Cost"
    yield f"Newly recorded: {', '.join(told) or 'nothing'}. {_measured(outcome.volume)}"
    yield from _by_flow_log(plan["flowLogs"], volume, most)
    head = ("flow logs", "", *(f"{amount} GB a month" for amount in AMOUNTS), "as measured")
    rows = [
        (
            f"{len(logs):,}",
            line.what,
            *(f"{line.dollars * amount:,.2f}" for amount in AMOUNTS),
            _as_measured(line, logs, volume),
        )
        for line, logs in sorted(lines.items())
    ]
    yield from table(head, rows, most)
    yield (
        "US dollars a month for what the flow logs of a line record together, list prices (East "
        f"US), before the {FREE_GB} GB a month that each subscription collects free; blob storage "
        "and longer workspace retention come on top."
    )


def _measured(volume: Volume) -> str:
    lines = [f"Not measured: {plain(line)}." for line in volume.unread]
    if not volume.gb_a_day:
        return " ".join([f"GB: {UNKNOWN}.", *lines])
    arrived = sum(volume.gb_a_day.values())
    each = fmean(volume.gb_a_day.values()) * REDUCTION * MONTH
    told = (
        f"Measured over the last {DAYS} days: {count(len(volume.gb_a_day), 'flow log')} with "
        f"{_gb(arrived)} a day in workspaces, which is about {_gb(arrived * REDUCTION * MONTH)} "
        f"recorded a month ({REDUCTION} to 1), {_gb(each)} each; that average stands for flow logs "
        "without data."
    )
    return " ".join([told, *lines])


def _by_flow_log(logs: Iterable[FlowLog], volume: Mapping[str, float], most: int) -> Iterator[str]:
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
    if not volume:
        return UNKNOWN
    average = fmean(volume.values())
    gb = sum(volume.get(log, average) for log in logs)
    guessed = sum(log not in volume for log in logs)
    told = f"{_gb(gb)}: {line.dollars * gb:z,.2f}"
    return f"{told} ({guessed:,} estimated)" if guessed else told


def _lines(outcome: Outcome, plan: Mapping[str, Any]) -> Mapping[_Line, list[str]]:
    """Keys of flow logs by what they cost more or less."""
    found: dict[_Line, list[str]] = defaultdict(list)
    for log in _new(plan):
        paid = _planned(log["planned"])
        found[_Line(f"new, {_every(paid.interval)}", paid.dollars)].append(key(log["id"]))
    for log_key, kind, before, after in (*_adopted(plan), *_changed(outcome, plan)):
        line = _Line(f"{kind}, {_told(before, after)}", after.dollars - before.dollars)
        found[line].append(log_key)
    return {line: logs for line, logs in found.items() if round(line.dollars, 4)}


def _new(plan: Mapping[str, Any]) -> list[FlowLog]:
    return [log for log in plan["flowLogs"] if log["planned"] and log["planned"]["new"]]


def _adopted(plan: Mapping[str, Any]) -> Iterator[tuple[str, str, _Paid, _Paid]]:
    """Key, kind, before and after of each flow log that the run takes over or raises."""
    planned = {key(log["id"]): log["planned"] for log in plan["flowLogs"]}
    for adoption in plan["adoptions"]:
        log = key(adoption["id"])
        after = _planned(planned[log])
        changed = {change["property"]: change["before"] for change in adoption["changes"]}
        was = changed.get("interval", "none")
        interval = after.interval if was == "none" else int(was.split()[0])
        if changed.get("Traffic Analytics") == "off":
            interval = None
        enabled = changed.get("enabled", str(after.enabled).lower()) == "true"
        yield log, "adopted", _Paid(enabled, interval), after


def _changed(outcome: Outcome, plan: Mapping[str, Any]) -> Iterator[tuple[str, str, _Paid, _Paid]]:
    """The same of each flow log of the state whose inputs the run changes."""
    listed = {key(adoption["id"]) for adoption in plan["adoptions"]}
    by_target = {key(log["targetId"]): key(log["id"]) for log in plan["flowLogs"]}
    for change in outcome.changes:
        log = by_target.get(key(change.target_id))
        if change.kind == "flow log" and change.action == "change" and log and log not in listed:
            yield log, "changed", _inputs(change.before), _inputs(change.after)


def _planned(planned: Mapping[str, Any]) -> _Paid:
    analytics = planned["trafficAnalytics"]
    return _Paid(planned["enabled"], analytics["interval"] if analytics else None)


def _inputs(inputs: Mapping[str, Any]) -> _Paid:
    """The same from a flow log's inputs; Azure analyses every 60 minutes unless told otherwise."""
    outer = inputs.get("flowAnalyticsConfiguration") or {}
    analytics = outer.get("networkWatcherFlowAnalyticsConfiguration") or {}
    interval = analytics.get("trafficAnalyticsInterval") or 60
    return _Paid(bool(inputs.get("enabled")), int(interval) if analytics.get("enabled") else None)


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
    return f"{amount:,.2f} GB" if amount >= 0.01 else "under 0.01 GB"
