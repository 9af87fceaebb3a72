"""Storage accounts that the settings give: there, in their region, and of the right kind."""

from __future__ import annotations

from estate.arm_id import key
from estate.model import Estate, StorageAccount
from plan.foundation.storage import SKUS, newer
from plan.model.plan import PlanError
from stack.settings.model import Settings
from wording import setting


def check_given_accounts(estate: Estate, settings: Settings) -> None:
    """Raises PlanError for a given account that is missing, elsewhere, or of the wrong kind.

    Flow logs need Standard general-purpose v2 in the target's region (vnet-flow-logs-overview).
    """
    found = {key(account.id): account for account in estate.given_accounts}
    for region, ids in settings.storage_accounts.items():
        for account_id in ids:
            if fault := _fault(found.get(key(account_id)), region):
                raise PlanError(
                    f"{setting('storageAccounts')}: {account_id} {fault}; flow logs need a "
                    f"Standard StorageV2 account in {region}"
                )


def _fault(account: StorageAccount | None, region: str) -> str:
    """What is wrong with a given account; empty where nothing is."""
    if account is None:
        return "does not exist, or this identity may not read it"
    if account.location != region:
        return f"is in {account.location}"
    if account.kind == "StorageV2" and newer(account.sku):
        return f"is StorageV2 {account.sku}, which is not known to take flow logs"
    if account.kind != "StorageV2" or account.sku not in SKUS:
        return f"is {account.kind} {account.sku}"
    return ""
