"""A plan in words: the few lines that a run prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from estate.arm_id import key, name_of
from plan.flow_logs.adoption_changes import KEPT, gets_an_end
from plan.flow_logs.migration import RETIREMENT
from plan.foundation.left_as_found import as_found, leaving, unused
from plan.model.flow_logs import Adoption, Change, Covered, KnownFlowLog, Stage
from plan.model.plan import Plan
from plan.text import count, listed
from wording import setting

SHOWN = 20  # flow logs that are told one by one; the rest is counted
NAMES = 5  # names in a line


def messages(plan: Plan) -> Iterator[str]:
    """Everything that a run says and that is no warning."""
    yield summary(plan)
    yield from adoptions(plan)
    yield from declared_elsewhere(plan)
    yield from plan.removals
    yield from migration(plan)
    yield from monitoring(plan)


def summary(plan: Plan) -> str:
    """One line of figures: what was found, and what records it."""
    states, coverage = Counter(log.state for log in plan.known_flow_logs), plan.coverage
    return (
        f"{count(coverage.discovered, 'network security group')} found: "
        f"{coverage.covered:,} covered by "
        f"{count(len(plan.known_flow_logs), 'flow log')} ({states['created']} made here, "
        f"{states['adopted']} adopted, {states['external']} left to others), "
        f"{len(coverage.skipped)} skipped, {coverage.excluded} excluded by filters"
    )


def adoptions(plan: Plan) -> Iterator[str]:
    """One line for each flow log that is taken over or brought to standard, field by field.

    What would lose records is named however many there are.
    """
    yield from map(_adoption, plan.adoptions[:SHOWN])
    rest = plan.adoptions[SHOWN:]
    if rest:
        yield f"and {count(len(rest), 'flow log')} more likewise"
    if ending := [name_of(adopted.id) for adopted in rest if gets_an_end(adopted)]:
        yield (
            f"among them {count(len(ending), 'flow log')} whose records were kept for ever and get "
            f"an end, so that Azure deletes older ones: {', '.join(ending)}"
        )


def declared_elsewhere(plan: Plan) -> Iterator[str]:
    """A line for whoever declares what is adopted in a program of their own.

    Azure refuses Traffic Analytics from on to not given (issue 10598 of azure-powershell), as a
    Terraform resource without it asks.
    """
    if any(adopted.imported for adopted in plan.adoptions):
        yield (
            "if Terraform or another program declares an adopted flow log too, its next apply "
            "undoes the adoption or fails (FlowLogConfigurationCannotBeUpdated). Take the flow log "
            "out of that program's state (terraform state rm, or a removed block), or declare it "
            "there with the version, retention_policy and traffic_analytics that it has after the "
            "adoption; see docs/migration.md"
        )


def migration(plan: Plan) -> Iterator[str]:
    """Lines of figures on the way from NSG flow logs to flow logs on networks."""
    stages = Counter(found.stage for found in plan.migration)
    words: tuple[tuple[Stage, str], ...] = (
        ("nsg only", "that nothing else records"),
        ("twice", "that their network's flow log records too, so traffic is billed twice"),
        ("waiting", "whose flow log is switched off in the next run"),
        ("switched off", "whose flow log is off"),
    )
    told = [f"{stages[stage]} {text}" for stage, text in words if stages[stage]]
    if told:
        yield f"among the network security groups with a flow log of their own: {', '.join(told)}"
    changed = {key(adopted.id) for adopted in plan.adoptions}
    off = sum(not log.enabled and key(log.id) in changed for log in plan.flow_logs)
    if off:
        yield (
            f"{count(off, 'NSG flow log')} switched off in this run; that Azure would switch one "
            "on again is not confirmed anywhere"
        )
    if off or stages["waiting"]:
        yield (
            "scanners that judge a network watcher as a whole, such as Prowler, fail it for a flow "
            "log that is off until that is deleted, which is for ever; see docs/scanners.md"
        )


def monitoring(plan: Plan) -> Iterator[str]:
    """What stands on the flow logs, and what about it needs a word."""
    found = plan.monitoring
    counted = [
        count(len(found.queries), "saved query"),
        count(len(found.alerts) + len(found.tampering), "alert"),
        *((count(len(found.analytic_rules), "analytic rule"),) if found.analytic_rules else ()),
        *(("a workbook",) if found.workbook else ()),
    ]
    yield f"beside the flow logs: {', '.join(counted)}"
    yield from found.notes


def warnings(plan: Plan) -> Iterator[str]:
    """One line for each thing that stays unrecorded or below the standard."""
    dark = sum(found.goes_dark for found in plan.migration)
    if dark:
        yield (
            f"{count(dark, 'network security group')} would go dark on {RETIREMENT}, when Azure "
            f"deletes NSG flow logs; see {setting('nsgFlowLogs')}"
        )
    dark_networks = [
        found for found in plan.coverage.networks if found.state == "dark" and found.reason
    ]
    yield from _by_reason("network security group", "skipped", plan.coverage.skipped)
    yield from _by_reason("virtual network", "dark", dark_networks)
    partial = [
        found
        for found in plan.coverage.security_groups
        if found.state == "partial" and found.reason
    ]
    yield from _by_reason("network security group", "recorded in part", partial)
    short = [log for log in plan.known_flow_logs if log.shortfall]
    yield from map(_short, short[:SHOWN])
    if len(short) > SHOWN:
        rest = count(len(short) - SHOWN, "flow log")
        yield f"{rest} more left to others, below the standard"
    yield from plan.notes
    yield from as_found(plan)
    yield from leaving(plan)
    yield from unused(plan)


def _by_reason(noun: str, state: str, found: Iterable[Covered]) -> Iterator[str]:
    """One line for each reason, with the first few names; an estate can have thousands."""
    reasons: dict[str, list[str]] = {}
    for covered in found:
        reasons.setdefault(covered.reason, []).append(name_of(covered.id))
    for reason, names in reasons.items():
        if len(names) == 1:
            yield f"{noun} {names[0]} is {state}: {reason}"
        else:
            yield f"{count(len(names), noun)} are {state} ({listed(names, NAMES)}): {reason}"


def _short(log: KnownFlowLog) -> str:
    lacks = ", ".join(log.shortfall)
    return f"flow log {log.name} on {name_of(log.target_id)} is left to its owner: {lacks}"


def _adoption(adopted: Adoption) -> str:
    changes = "; ".join(map(_change, adopted.changes))
    writer = f" (last written by {adopted.written_by})" if adopted.written_by else ""
    what = "adopted" if adopted.imported else "brought back to standard"
    return f"flow log {name_of(adopted.id)} is {what}{writer}: {changes}"


def _change(change: Change) -> str:
    if change.after == KEPT:
        return f"{change.property} {change.before} is kept"
    return f"{change.property}: {change.before} → {change.after}"
