"""A plan in words: the few lines that a run prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from estate.model import name_of
from plan.model import Adoption, KnownFlowLog, Plan


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


def warnings(plan: Plan) -> Iterator[str]:
    """One line for each thing that stays unrecorded or below the standard."""
    for group in plan.skipped:
        yield f"network security group {name_of(group.id)} is skipped: {group.reason}"
    for network in plan.networks:
        if network.state == "dark" and network.reason:
            yield f"virtual network {name_of(network.id)} stays dark: {network.reason}"
    for log in plan.known_flow_logs:
        if log.shortfall:
            yield _short(log)
    yield from plan.notes


def adoptions(plan: Plan) -> Iterator[str]:
    """One line for each flow log that is taken over, field by field."""
    yield from map(_adoption, plan.adoptions)


def unused(plan: Plan) -> Iterator[str]:
    """One line for each storage account that no flow log writes to any more."""
    for account in plan.storage_accounts:
        if not account.used:
            yield (
                f"storage account {account.name} ({account.location}) is used by no flow log any "
                "more and keeps its data; to release it: pulumi state unprotect, then delete it"
            )


def _short(log: KnownFlowLog) -> str:
    lacks = ", ".join(log.shortfall)
    return f"flow log {log.name} on {name_of(log.target_id)} is left to its owner: {lacks}"


def _adoption(adopted: Adoption) -> str:
    changes = "; ".join(
        f"{change.property} {change.before} → {change.after}" for change in adopted.changes
    )
    return f"flow log {name_of(adopted.id)} is adopted: {changes}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
