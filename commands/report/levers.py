"""Levers of the bill: where each stands, what it does, and its setting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from commands.report.facts import Facts
from commands.shared.prices import AMOUNTS, COLLECTION, FREE_GB, PROCESSING, dollars_per_gb
from commands.shared.states import LEVELS
from plan.text import count

UNTOLD = "not told by stack outputs; a plan tells"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """A lever; ``setting`` is the key under ``flow-logs:``."""

    name: str
    now: str
    effect: str
    setting: str


def levers(facts: Facts) -> Iterator[Lever]:
    """In the order of what they usually save."""
    yield Lever(
        name="Interval of Traffic Analytics",
        now=_shares(_intervals(facts)),
        effect=f"a recorded GB is processed for ${PROCESSING[60]:.2f} every 60 minutes, for "
        f"${PROCESSING[10]:.2f} every 10",
        setting="trafficAnalyticsInterval",
    )
    yield Lever(
        name="Recorded twice",
        now=_twice(facts),
        effect="their NSG flow log and their network's are both billed; switching off the first "
        "ends it",
        setting="nsgFlowLogs",
    )
    yield Lever(
        name="What is recorded",
        now=_shares(LEVELS[log.level] for log in facts.flow_logs.values() if log.stands),
        effect="a flow log on a subnet or network interface records, and costs, less than one on "
        "the whole network",
        setting="targetLevel",
    )
    yield from _kept(facts)


def _kept(facts: Facts) -> Iterator[Lever]:
    """Levers on what is stored."""
    days = (log.retention_days for log in facts.flow_logs.values() if log.enabled)
    yield Lever(
        name="Days in storage",
        now=_shares(f"{kept} days" for kept in sorted(filter(None, days))),
        effect="blobs are paid for as long as they stay",
        setting="retentionDays",
    )
    workspace = facts.workspace
    if workspace.retention_days is not None:
        cap = f"{workspace.daily_quota_gb} GB a day" if workspace.daily_quota_gb else "no daily cap"
        yield Lever(
            name="Days in the workspace",
            now=f"{workspace.retention_days} days, {cap}",
            effect="rows are paid by GB and day beyond the free days; a cap drops evidence",
            setting="analyticsRetentionDays, dailyQuotaGb",
        )
    if any(account.sku for account in facts.accounts):
        yield Lever(
            name="Copies of the blobs",
            now=_shares(account.sku or "given accounts" for account in facts.accounts),
            effect="copies in other zones and regions cost more a GB",
            setting="storageSku",
        )


def bill() -> Iterator[tuple[str, ...]]:
    """For each interval the US dollars of a month with so many GB recorded."""
    for interval in (60, 10, None):
        name = f"every {interval} minutes" if interval else "off"
        yield (name, *(f"${amount * dollars_per_gb(interval):,.2f}" for amount in AMOUNTS))


def bill_note() -> str:
    """What the figures of the bill leave out."""
    return (
        f"US dollars at list prices (East US), without the first {FREE_GB} GB a month of each "
        f"subscription, whose collection (${COLLECTION:.2f} a GB) is free, without blob storage, "
        "and without what the workspace keeps beyond its free days. Your prices may differ."
    )


def _intervals(facts: Facts) -> Iterator[str]:
    told = (log.interval for log in facts.flow_logs.values() if log.enabled)
    for interval in sorted(value for value in told if value is not None):
        yield f"every {interval} minutes" if interval else "off"


def _twice(facts: Facts) -> str:
    if not facts.planned:
        return UNTOLD
    twice = sum(group.stage in ("twice", "waiting") for group in facts.groups)
    return count(twice, "network security group") if twice else "none"


def _shares(values: Iterable[str]) -> str:
    counted = Counter(values)
    return ", ".join(f"{value} ({number:,})" for value, number in counted.items()) or UNTOLD
