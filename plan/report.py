"""A plan in words: the few lines that a run prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from estate.model import name_of
from plan.migration import RETIREMENT
from plan.model import Adoption, KnownFlowLog, Plan, Stage

SHOWN = 20  # adoptions that are told field by field; the rest is counted


def summary(plan: Plan) -> str:
    """One line of figures: what was found, and what records it."""
    discovered = len(plan.security_groups) + plan.excluded
    covered = len(plan.security_groups) - len(plan.skipped)
    states = Counter(log.state for log in plan.known_flow_logs)
    return (
        f"{_count(discovered, 'network security group')} found: {covered} covered by "
        f"{_count(len(plan.known_flow_logs), 'flow log')} ({states['created']} ours, "
        f"{states['adopted']} adopted, {states['external']} left to others), "
        f"{len(plan.skipped)} skipped, {plan.excluded} excluded"
    )


def adoptions(plan: Plan) -> Iterator[str]:
    """One line for each flow log that is taken over or brought to standard, field by field."""
    yield from map(_adoption, plan.adoptions[:SHOWN])
    if len(plan.adoptions) > SHOWN:
        yield f"{len(plan.adoptions) - SHOWN} more flow logs are adopted likewise"


def migration(plan: Plan) -> Iterator[str]:
    """Lines of figures on the way from NSG flow logs to flow logs on networks."""
    stages = Counter(found.stage for found in plan.migration)
    words: tuple[tuple[Stage, str], ...] = (
        ("nsg only", "recorded by their NSG flow log alone"),
        ("twice", "recorded and billed twice"),
        ("waiting", "whose NSG flow log is switched off in the next run"),
        ("switched off", "whose NSG flow log is off"),
    )
    told = [f"{stages[stage]} {text}" for stage, text in words if stages[stage]]
    if told:
        yield f"network security groups by migration: {', '.join(told)}"
    off = sum(not log.enabled and change_of(plan, log.id) for log in plan.flow_logs)
    if off:
        yield (
            f"{_count(off, 'NSG flow log')} switched off in this run; that Azure would switch one "
            "on again is not confirmed anywhere"
        )


def warnings(plan: Plan) -> Iterator[str]:
    """One line for each thing that stays unrecorded or below the standard."""
    dark = sum(found.goes_dark for found in plan.migration)
    if dark:
        yield (
            f"{_count(dark, 'network security group')} would go dark on {RETIREMENT}, when Azure "
            "deletes NSG flow logs; see flow-logs:nsgFlowLogs"
        )
    for group in plan.skipped:
        yield f"network security group {name_of(group.id)} is skipped: {group.reason}"
    for network in plan.networks:
        if network.state == "dark" and network.reason:
            yield f"virtual network {name_of(network.id)} stays dark: {network.reason}"
    for log in plan.known_flow_logs:
        if log.shortfall:
            yield _short(log)
    yield from plan.notes
    yield from unused(plan)


def unused(plan: Plan) -> Iterator[str]:
    """One line for each storage account that no flow log writes to any more."""
    for account in plan.storage_accounts:
        if not account.used:
            yield (
                f"storage account {account.name} ({account.location}) is used by no flow log any "
                "more and keeps its data; to release it: pulumi state unprotect, then delete it"
            )


def change_of(plan: Plan, flow_log_id: str) -> bool:
    """Whether this run changes an adopted flow log."""
    return any(adopted.id.casefold() == flow_log_id.casefold() for adopted in plan.adoptions)


def _short(log: KnownFlowLog) -> str:
    lacks = ", ".join(log.shortfall)
    return f"flow log {log.name} on {name_of(log.target_id)} is left to its owner: {lacks}"


def _adoption(adopted: Adoption) -> str:
    changes = "; ".join(
        f"{change.property} {change.before} → {change.after}" for change in adopted.changes
    )
    writer = f" (last written by {adopted.written_by})" if adopted.written_by else ""
    return f"flow log {name_of(adopted.id)} is adopted{writer}: {changes}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
