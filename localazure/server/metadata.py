"""GET /metadata/endpoints: the cloud as a client finds it by `ARM_METADATA_HOSTNAME`.

The members are those that hashicorp/go-azure-sdk reads from API version 2022-09-01, the library by
which the azure-native provider finds its endpoints. ARM, log-in and audience are this server.
"""

from __future__ import annotations

from typing import Any

from localazure.server.request import Request
from localazure.server.response import Response

_SUFFIXES = {
    "acrLoginServer": "azurecr.io",
    "attestationEndpoint": "attest.azure.net",
    "azureDataLakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
    "azureDataLakeStoreFileSystem": "azuredatalakestore.net",
    "azureFrontDoorEndpointSuffix": "azurefd.net",
    "keyVaultDns": "vault.azure.net",
    "mariadbServerEndpoint": "mariadb.database.azure.com",
    "mhsmDns": "managedhsm.azure.net",
    "mysqlServerEndpoint": "mysql.database.azure.com",
    "postgresqlServerEndpoint": "postgres.database.azure.com",
    "sqlServerHostname": "database.windows.net",
    "storage": "core.windows.net",
    "storageSyncEndpointSuffix": "afs.azure.net",
    "synapseAnalytics": "dev.azuresynapse.net",
}
_ELSEWHERE = (
    *("portal", "media", "graphAudience", "graph", "batch", "vmImageAliasDoc"),
    *("activeDirectoryDataLake", "sqlManagement", "microsoftGraphResourceId", "gallery"),
    *("appInsightsResourceId", "appInsightsTelemetryChannelResourceId", "attestationResourceId"),
    *("synapseAnalyticsResourceId", "logAnalyticsResourceId", "ossrDbmsResourceId"),
)
"""Services that are not here: their addresses lead to this server, which says that it has none."""


class Metadata:
    """One cloud, named AzureCloud, with its endpoints."""

    def action(self, request: Request) -> None:
        return None

    def answer(self, request: Request) -> Response:
        return Response(200, endpoints(request.base))


def endpoints(base: str) -> dict[str, Any]:
    """The document for a server at `base`, an address without a slash at the end."""
    return {
        "name": "AzureCloud",
        "resourceManager": f"{base}/",
        "authentication": {
            "loginEndpoint": f"{base}/",
            "audiences": [f"{base}/", base],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "suffixes": _SUFFIXES,
        **{name: f"{base}/" for name in _ELSEWHERE},
    }
