"""The sections of a summary on the estate: coverage, what stays dark, migration, cost.

Each takes the plan's document (plan/document.py) and the most rows that a table may have.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from commands.markdown import NAMED, code, count, details, names, plain, table
from commands.prices import FREE_GB, dollars_per_gb

Plan = Mapping[str, Any]

NOTHING = ("dark", "records nothing", "unattached")
STATES = ("recorded", "partial", "elsewhere", "not analysed", *NOTHING)
LEVELS = {
    "virtualNetwork": "virtual network",
    "subnet": "subnet",
    "networkInterface": "network interface",
    "networkSecurityGroup": "network security group",
}
AMOUNTS = (1, 10, 100)  # GB a month


def coverage(plan: Plan, most: int) -> Iterator[str]:
    """How many groups and networks are in each state, before and after."""
    groups, networks = plan["networkSecurityGroups"], plan["networks"]
    counted = [
        Counter(found[when] for found in kind)
        for kind in (groups, networks)
        for when in ("stateBefore", "state")
    ]
    rows = [
        (state, *(str(column[state]) for column in counted))
        for state in STATES
        if any(column[state] for column in counted)
    ]
    yield "### Coverage"
    head = ("", "security groups now", "then", "virtual networks now", "then")
    yield from table(head, rows, len(rows))
    found = plan["coverage"]
    yield f"{found['discovered']} security groups found, {found['excluded']} of them excluded."
    worse = [group["name"] for group in losing(plan)]
    if worse:
        yield f"**Recorded now and no longer then**: {names(worse, most)}"


def losing(plan: Plan) -> list[Mapping[str, Any]]:
    """Security groups that something records now and nothing records then."""
    return [
        group
        for group in plan["networkSecurityGroups"]
        if group["state"] in NOTHING and group["stateBefore"] not in NOTHING
    ]


def dark(plan: Plan, most: int) -> Iterator[str]:
    """What stays unrecorded, and why; flow logs of others that lack something; notes."""
    groups = [found for found in plan["networkSecurityGroups"] if found["state"] in NOTHING]
    networks = [found for found in plan["networks"] if found["state"] == "dark" and found["reason"]]
    rows = [*_dark("security group", groups, plan), *_dark("virtual network", networks, plan)]
    if rows:
        yield f"### Stays dark ({len(groups) + len(networks)})"
        yield from table(("what", "subscription", "why"), rows, most)
    short = [log for log in plan["flowLogs"] if log["shortfall"]]
    lacking = [
        (code(log["name"]), code(_name(log["targetId"])), plain(", ".join(log["shortfall"])))
        for log in short
    ]
    title = f"{count(len(short), 'flow log')} left to others, below the standard"
    yield from details(title, table(("flow log", "on", "lacks"), lacking, most))
    notes = [f"- {plain(note)}" for note in plan["notes"]]
    yield from details(count(len(notes), "note"), notes[:most])


def _dark(kind: str, found: Iterable[Mapping[str, Any]], plan: Plan) -> Iterator[Sequence[str]]:
    """A row for each reason in a subscription, with the first few names."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for covered in found:
        why = covered["reason"] or covered["state"]
        alike[covered["subscription"], why].append(covered["name"])
    for (subscription, why), named in alike.items():
        name = plan["subscriptions"].get(subscription, subscription)
        yield f"{count(len(named), kind)}: {names(named, NAMED)}", code(name), plain(why)


def migration(plan: Plan, most: int) -> Iterator[str]:
    """Where groups stand on the way from NSG flow logs, and which go dark when those end."""
    groups = [found for found in plan["networkSecurityGroups"] if found["migration"]]
    stages = Counter(
        (found["migration"]["stage"], found["migration"]["nextStep"])
        for found in groups
        if found["migration"]["stage"] != "none"
    )
    if not stages:
        return
    yield "### Migration from NSG flow logs"
    rows = [(stage, str(number), plain(step)) for (stage, step), number in sorted(stages.items())]
    yield from table(("stage", "security groups", "next"), rows, len(rows))
    gone = [found["name"] for found in groups if found["migration"]["goesDark"]]
    if gone:
        yield f"**Dark on {last_day(plan)}**, when Azure deletes them: {names(gone, most)}"
    else:
        yield f"None goes dark on {last_day(plan)}, when Azure deletes them."


def last_day(plan: Plan) -> str:
    """The day on which Azure deletes NSG flow logs, in words."""
    day = date.fromisoformat(plan["nsgFlowLogsEnd"])
    return f"{day.day} {day:%B %Y}"


def cost(plan: Plan, most: int) -> Iterator[str]:
    """What the change adds to the bill, for so many GB."""
    new = [log for log in plan["flowLogs"] if log["planned"] and log["planned"]["new"]]
    more = Counter(_new_cost(log["planned"]) for log in new)
    planned = {log["id"].casefold(): log["planned"] for log in plan["flowLogs"]}
    more += Counter(_extra(found, planned[found["id"].casefold()]) for found in plan["adoptions"])
    rows = [
        (str(number), what, *(f"{per_gb * amount:,.2f}" for amount in AMOUNTS))
        for (what, per_gb), number in sorted(more.items())
        if round(per_gb, 4)
    ]
    if not rows:
        return
    added = Counter(log["level"] for log in new)
    told = [count(number, LEVELS[level]) for level, number in sorted(added.items())]
    yield "### Cost"
    yield f"Newly recorded: {', '.join(told) or 'nothing'}. GB: unknown until first data."
    head = ("flow logs", "", *(f"{amount} GB a month" for amount in AMOUNTS))
    yield from table(head, rows, most)
    yield (
        "US dollars for what the flow logs of a line record together, list prices (East US), "
        f"before the {FREE_GB} GB a month that each subscription collects free; blob storage and "
        "longer workspace retention come on top."
    )


def _new_cost(planned: Mapping[str, Any]) -> tuple[str, float]:
    interval = _interval(planned)
    return f"new, Traffic Analytics {_every(interval)}", dollars_per_gb(interval)


def _extra(adoption: Mapping[str, Any], planned: Mapping[str, Any]) -> tuple[str, float]:
    """What an adopted flow log costs more than before, a GB; less is negative."""
    changed = {change["property"]: change["before"] for change in adoption["changes"]}
    after = _interval(planned)
    before = int(changed["interval"].split()[0]) if _was_interval(changed) else after
    if changed.get("Traffic Analytics") == "off":
        before = None
    was_on = changed.get("enabled", str(planned["enabled"]).lower()) == "true"
    paid = dollars_per_gb(before) if was_on else 0.0
    pays = dollars_per_gb(after) if planned["enabled"] else 0.0
    return f"adopted, Traffic Analytics {_every(before)} → {_every(after)}", pays - paid


def _was_interval(changed: Mapping[str, str]) -> bool:
    return changed.get("interval", "none") != "none"


def _interval(planned: Mapping[str, Any]) -> int | None:
    analytics = planned["trafficAnalytics"]
    return analytics["interval"] if analytics else None


def _every(interval: int | None) -> str:
    return "off" if interval is None else f"every {interval} minutes"


def _name(resource_id: str) -> str:
    return resource_id.rsplit("/", 1)[-1]
