"""Identity and subscription of a deployment: the provider's inputs, then the `ARM_*` variables.

Follows `getConfig` in `provider/pkg/provider/provider.go` and `auth_azidentity.go`: an input counts
even where it is empty, an OIDC log-in needs a subscription, a tenant and a client. The cloud comes
from the metadata host, as in `provider/pkg/azure/cloud/cloud.go`. Only local Azure is accepted:
nobody logs in here, so the token must not travel.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import urllib3

from localazure.provider.errors import ProviderError

FIXED_TOKEN = "local-azure"
"""Bearer token where the configuration holds none; worth nothing anywhere else."""

_METADATA = "/metadata/endpoints?api-version=2022-09-01"
_PREFIX = "azure-native:config:"


@dataclass(frozen=True)
class Account:
    """The settled configuration of one provider."""

    endpoint: str
    """ARM's address, without a slash at the end."""
    token: str
    subscription_id: str
    tenant_id: str
    client_id: str
    location: str | None
    """Default region of the provider's resources."""
    reads_after_write: bool


def settle(variables: Mapping[str, str], environment: Mapping[str, str]) -> Account:
    """The account of a Configure call's variables. Raises ProviderError, one line."""
    settings = _Settings(variables, environment)
    account = Account(
        endpoint=_resource_manager(settings.get("metadataHost", "ARM_METADATA_HOSTNAME")),
        token=settings.get("oidcToken", "ARM_OIDC_TOKEN") or FIXED_TOKEN,
        subscription_id=settings.get("subscriptionId", "ARM_SUBSCRIPTION_ID"),
        tenant_id=settings.get("tenantId", "ARM_TENANT_ID"),
        client_id=settings.get("clientId", "ARM_CLIENT_ID"),
        location=settings.get("location", "") or None,
        reads_after_write=settings.get("skipReadOnUpdate", "ARM_SKIP_READ_ON_UPDATE") != "true",
    )
    wanted = {"Subscription ID": account.subscription_id}
    if settings.get("useOidc", "ARM_USE_OIDC") == "true":
        wanted |= {"Tenant ID": account.tenant_id, "Client ID": account.client_id}
    for what, value in wanted.items():
        if not value:
            raise ProviderError(f"A {what} must be configured when authenticating with OIDC.")
    return account


def is_local(url: str) -> bool:
    """True if a URL is plain http on 127.0.0.1, the one place the token may go."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname == "127.0.0.1"


class _Settings:
    def __init__(self, variables: Mapping[str, str], environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._inputs = {key.removeprefix(_PREFIX): value for key, value in variables.items()}

    def get(self, name: str, variable: str) -> str:
        """The input if it is there, else the environment variable, else nothing."""
        return self._inputs.get(name, self._environment.get(variable, ""))


def _resource_manager(host: str) -> str:
    """ARM's address in the cloud of a metadata host."""
    if not is_local(host):
        raise ProviderError(
            f"this azure-native provider deploys to local Azure only, and the metadata host is "
            f"{host!r}: set ARM_METADATA_HOSTNAME=http://127.0.0.1:PORT "
            "(python -m localazure env --port PORT), or use the real provider's PULUMI_HOME"
        )
    try:
        response = urllib3.request("GET", host.rstrip("/") + _METADATA, retries=False, timeout=10)
        endpoint = str(json.loads(response.data)["resourceManager"]).rstrip("/")
    except (urllib3.exceptions.HTTPError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ProviderError(
            f"no local Azure at {host} (ARM_METADATA_HOSTNAME): "
            "start it with python -m localazure serve, or correct the port"
        ) from error
    if not is_local(endpoint):
        raise ProviderError(f"{host} names {endpoint!r} as resource manager, not 127.0.0.1")
    return endpoint
