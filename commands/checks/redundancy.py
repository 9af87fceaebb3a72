"""Storage accounts that a run would make in a region without their redundancy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from commands.checks.finding import NOT_CHECKED, Check, Finding
from plan.foundation.redundancy import Offered, known, lacking, way_out
from plan.model.foundation import PlannedStorage

REDUNDANCY = Check(
    name="storage-redundancy",
    severity="error",
    title="storage accounts of a redundancy that their region does not have",
    why="Azure refuses such an account (RedundancyConfigurationNotAvailableInRegion), so that no "
    "flow log can be made that would write to it",
)
CHECKS = (REDUNDANCY,)


def judge(new: Iterable[PlannedStorage], offered: Offered) -> Iterator[Finding]:
    """A finding for each account that cannot be made, or of which Azure does not tell."""
    for account in new:
        if lacks := lacking(offered, account.location, account.sku):
            yield REDUNDANCY.found(account.id, lacks, way_out(offered, account.location))
        elif not known(offered, account.location, account.sku):
            yield NOT_CHECKED.found(
                account.id,
                f"Azure does not list whether {account.location} has {account.sku} storage",
                "see Microsoft's page on the redundancy of that region before the run",
            )
