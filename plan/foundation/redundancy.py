"""Regions where no storage account of the redundancy that is asked for can be made.

Azure refuses one there (400 RedundancyConfigurationNotAvailableInRegion): zones and pairs of
regions are not everywhere. What Azure does not tell of is taken neither for there nor for lacking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from estate.arm_id import key
from estate.model import Estate
from plan.attachments import regional_part
from plan.foundation.foundation import Foundation
from plan.foundation.storage import SKUS
from plan.model.foundation import PlannedStorage
from plan.model.plan import PlanError
from plan.ownership import Owner, owner_of
from wording import setting, to_set

Offered = Mapping[str, frozenset[str]]


def to_make(accounts: Iterable[PlannedStorage]) -> tuple[PlannedStorage, ...]:
    """Those of the planned accounts that Azure has not; the others keep what they have."""
    return tuple(account for account in accounts if not account.exists)


def known(offered: Offered, region: str, sku: str) -> bool:
    """Whether Azure's answer tells of a region, and of a redundancy in any."""
    return region in offered and any(sku in names for names in offered.values())


def lacking(offered: Offered, region: str, sku: str) -> str:
    """What a region lacks; empty where it has it or that is not known."""
    if not known(offered, region, sku) or sku in offered[region]:
        return ""
    there = ", ".join(_there(offered, region)) or "none that takes flow logs"
    return f"{region} has no {sku} storage, it has {there}"


def way_out(offered: Offered, region: str) -> str:
    """What to do about a region that lacks a redundancy."""
    given = f"list accounts of {region} in {setting('storageAccounts')}"
    there = _there(offered, region)
    if not there:
        return given
    return (
        f"{given}, or set a redundancy that {region} has, for every region: "
        f"{to_set('storageSku', there[0])}"
    )


def _there(offered: Offered, region: str) -> list[str]:
    return [name for name in SKUS if name in offered[region]]


def unserved(regional: Foundation) -> Callable[[str], str]:
    """Says of a target why no account can be made for a new flow log on it; empty where one can.

    A target that has a flow log of the stack is never given up for it.
    """
    estate, settings = regional.estate, regional.settings
    offered, sku = estate.redundancies or {}, settings.storage_sku
    standing = {key(account.id) for account in estate.storage_accounts}
    regions = {key(found.id): found.location for found in (*estate.networks, *estate.interfaces)}
    held = {key(target) for _, target in regional.state.flow_logs.values()}
    held |= {
        key(log.target_id)
        for log in estate.flow_logs
        if owner_of(log, settings.owner) is Owner.MADE
    }

    def why(target: str) -> str:
        region = regions.get(key(regional_part(target)), "")
        lacks = lacking(offered, region, sku)
        if not lacks or region in settings.storage_accounts or key(target) in held:
            return ""
        account = regional.storage_account_id(region, target)
        return "" if key(account) in standing else f"{lacks}; {way_out(offered, region)}"

    return why


def check(accounts: Iterable[PlannedStorage], estate: Estate) -> None:
    """Raises PlanError for an account that flow logs of the stack need and Azure cannot make."""
    offered = estate.redundancies or {}
    for account in to_make(accounts):
        if lacks := lacking(offered, account.location, account.sku):
            raise PlanError(
                f"storage account {account.name} cannot be made: {lacks}; "
                f"{way_out(offered, account.location)}"
            )


def notes(accounts: Iterable[PlannedStorage], estate: Estate) -> Iterator[str]:
    """A line for each region of new accounts of which Azure was asked and did not tell."""
    offered = estate.redundancies
    new = to_make(accounts) if offered is not None else ()
    for region, sku in sorted({(account.location, account.sku) for account in new}):
        if not known(offered or {}, region, sku):
            yield (
                f"whether {region} has {sku} storage is not known: Azure does not list it, or does "
                "not let this identity read it (Microsoft.Storage/skus/read); if it has not, the "
                "storage account is refused in this run"
            )
