"""Microsoft Sentinel in a workspace: whether it is onboarded, and which analytic rules there are.

Specs: Azure/azure-rest-api-specs, Microsoft.SecurityInsights 2024-09-01, SentinelOnboardingStates
and AlertRules. Where a workspace is not onboarded the state answers 404; other resources of the
provider answer 400 with a text that says so (terraform-provider-azurerm #20661).
"""

from __future__ import annotations

from collections.abc import Iterator

from azure.core.exceptions import HttpResponseError

from estate.cloud import Cloud
from estate.model import Installed
from estate.response_shape import ARM_ID, Needed, Shape

VERSION = "2024-09-01"
PROVIDER = "providers/Microsoft.SecurityInsights"
_ANY: Shape = {"id": Needed(ARM_ID)}
_NOT_ONBOARDED = "is not onboarded"


def onboarded(cloud: Cloud, workspace_id: str) -> bool:
    """Whether Sentinel is in a workspace, which need not exist. Raises AzureError."""
    try:
        path = f"{workspace_id}/{PROVIDER}/onboardingStates/default"
        return cloud.find(path, VERSION, _ANY) is not None
    except HttpResponseError as error:
        if error.status_code == 400 and _NOT_ONBOARDED in str(error):
            return False
        raise


def analytic_rules(cloud: Cloud, workspace_id: str) -> Iterator[Installed]:
    """The analytic rules of an onboarded workspace, which have no tags. Raises AzureError."""
    for body in cloud.list(f"{workspace_id}/{PROVIDER}/alertRules", VERSION, _ANY):
        yield Installed(id=body["id"], tags={})
