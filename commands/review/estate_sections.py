"""The sections of a summary on the estate: coverage, what is not recorded, migration.

Each takes the outcome of a preview or its plan (plan/views/document.py), and the most rows that a
table may have.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from commands.review.no_longer_recorded import flow_log_changes, lost_groups, lost_targets
from commands.review.outcome import Outcome
from commands.shared.markdown import NAMED, code, details, names, plain, table
from commands.shared.states import LEVELS, STATES
from estate.arm_id import name_of
from plan.attachments import level_of
from plan.model.flow_logs import NOTHING_RECORDED
from plan.text import count, in_words
from plan.views.document_types import CoveredEntry, PlanDocument


def coverage(outcome: Outcome, plan: PlanDocument, most: int) -> Iterator[str]:
    """How many groups and networks are in each state, before and after, and what is lost."""
    groups, networks = plan["networkSecurityGroups"], plan["networks"]
    counted: list[Counter[str]] = [
        Counter(entry[when] for entry in kind)
        for kind in (groups, networks)
        for when in ("stateBefore", "state")
    ]
    rows = [
        (state, *(f"{column[state]:,}" for column in counted))
        for state in STATES
        if any(column[state] for column in counted)
    ]
    yield "### Coverage"
    head = ("", "security groups now", "then", "virtual networks now", "then")
    yield from table(head, rows, len(rows))
    found = plan["coverage"]
    yield f"{found['discovered']:,} security groups found, {found['excluded']:,} of them excluded."
    yield from _lost(outcome, most)


def _lost(outcome: Outcome, most: int) -> Iterator[str]:
    by_level: dict[str, list[str]] = defaultdict(list)
    for target in lost_targets(outcome):
        by_level[LEVELS[level_of(target)]].append(name_of(target))
    groups = by_level[LEVELS["networkSecurityGroup"]]
    groups += [name for name in map(name_of, lost_groups(outcome)) if name not in groups]
    lost = [
        f"{count(len(some), kind)}: {names(some, most)}" for kind, some in by_level.items() if some
    ]
    if lost:
        yield f"**Recorded now and no longer then**: {'; '.join(lost)}"
    released = [
        change for change in flow_log_changes(outcome.changes) if change.action == "release"
    ]
    if released:
        yield (
            f"**Let go**: {count(len(released), 'flow log')}, which Azure keeps and this "
            "stack no longer brings back to standard, on "
            f"{names([name_of(change.target_id) for change in released], most)}"
        )


def dark(plan: PlanDocument, most: int) -> Iterator[str]:
    """What stays unrecorded, and why; flow logs of others that lack something; notes."""
    groups = [
        found for found in plan["networkSecurityGroups"] if found["state"] in NOTHING_RECORDED
    ]
    networks = [found for found in plan["networks"] if found["state"] == "dark" and found["reason"]]
    rows = [*_dark("security group", groups, plan), *_dark("virtual network", networks, plan)]
    if rows:
        yield f"### Not recorded ({len(groups) + len(networks):,})"
        yield from table(("what", "subscription", "why"), rows, most)
    short = [log for log in plan["flowLogs"] if log["shortfall"]]
    lacking = [
        (code(log["name"]), code(name_of(log["targetId"])), plain(", ".join(log["shortfall"])))
        for log in short
    ]
    title = f"{count(len(short), 'flow log')} left to others, below the standard"
    yield from details(title, table(("flow log", "on", "falls short by"), lacking, most))
    notes = [f"- {plain(note)}" for note in plan["notes"]]
    yield from details(count(len(notes), "note"), notes[:most])


def _dark(kind: str, found: Iterable[CoveredEntry], plan: PlanDocument) -> Iterator[Sequence[str]]:
    """A row for each reason in a subscription, with the first few names."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for covered in found:
        why = covered["reason"] or covered["state"]
        alike[covered["subscription"], why].append(covered["name"])
    for (subscription, why), named in alike.items():
        name = plan["subscriptions"].get(subscription, subscription)
        yield f"{count(len(named), kind)}: {names(named, NAMED)}", code(name), plain(why)


def migration(plan: PlanDocument, most: int) -> Iterator[str]:
    """Where groups stand on the way from NSG flow logs, and which go dark when those end."""
    groups = [
        (group["name"], group["migration"])
        for group in plan["networkSecurityGroups"]
        if group["migration"]
    ]
    stages = Counter(
        (entry["stage"], entry["nextStep"]) for _, entry in groups if entry["stage"] != "none"
    )
    if not stages:
        return
    yield "### Migration from NSG flow logs"
    rows = [
        (plain(stage), f"{number:,}", plain(step))
        for (stage, step), number in sorted(stages.items())
    ]
    yield from table(("stage", "security groups", "next"), rows, len(rows))
    gone = [name for name, entry in groups if entry["goesDark"]]
    if gone:
        yield f"**Dark on {last_day(plan)}**, when Azure deletes them: {names(gone, most)}"
    else:
        yield f"None goes dark on {last_day(plan)}, when Azure deletes them."


def last_day(plan: PlanDocument) -> str:
    """The day on which Azure deletes NSG flow logs, in words."""
    return in_words(date.fromisoformat(plan["nsgFlowLogsEnd"]))
