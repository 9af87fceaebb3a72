"""Fills in what the program left out: name, location, API version.

Follows `applyDefaults` and `getDefaultLocation` in `provider/pkg/provider/provider.go`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from localazure.provider import naming, sdk_shapes
from localazure.provider.client import ArmClient
from localazure.provider.configuration import Account
from localazure.provider.convert import UNKNOWN
from localazure.provider.errors import ProviderError
from localazure.provider.replacement import CREATE_BEFORE_DELETE
from localazure.provider.resource_types import ResourceType

_GROUP_API_VERSION = "2020-10-01"


class Defaults:
    """Defaults of one provider's resources. Remembers the regions of resource groups."""

    def __init__(self, account: Account, client: ArmClient) -> None:
        self._account = account
        self._client = client
        self._regions: dict[str, str] = {}

    def applied(
        self,
        entry: ResourceType,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        request: naming.Request,
    ) -> dict[str, Any]:
        """The new inputs with every default that applies."""
        inputs = dict(new)
        if entry.path_inputs[-1] not in inputs:
            inputs |= _named(entry, old, request)
        if "location" not in inputs and "location" in sdk_shapes.of(entry.token).top.inputs:
            region = self._region(old, inputs)
            inputs |= {"location": region} if region else {}
        inputs.setdefault("azureApiVersion", entry.api_version)
        return inputs

    def _region(self, old: Mapping[str, Any], inputs: Mapping[str, Any]) -> str | None:
        """The old region, else the provider's, else that of the resource group."""
        known = old.get("location") or self._account.location
        group = inputs.get("resourceGroupName")
        if known or not isinstance(group, str):
            return known
        if group == UNKNOWN:
            return UNKNOWN
        if group not in self._regions:
            try:
                self._regions[group] = self._group_region(group)
            except ProviderError:
                return None
        return self._regions[group] or None

    def _group_region(self, group: str) -> str:
        subscription = self._account.subscription_id
        group_id = f"/subscriptions/{subscription}/resourceGroups/{quote(group)}"
        return str(self._client.get(group_id, _GROUP_API_VERSION).get("location", ""))


def _named(entry: ResourceType, old: Mapping[str, Any], request: naming.Request) -> dict[str, Any]:
    """The name input, and the mark of a name that nobody else can have."""
    parameter = entry.path_inputs[-1]
    if parameter in old:
        marked = {CREATE_BEFORE_DELETE: True} if old.get(CREATE_BEFORE_DELETE) else {}
        return {parameter: old[parameter], **marked}
    name = naming.name(entry, request)
    if name is None:
        return {}
    return {parameter: name.text, **({CREATE_BEFORE_DELETE: True} if name.is_random else {})}
