"""The credential of an identity, chosen in the order of the azure-native provider.

Client certificate, client secret, OIDC (a token, a file with one, or GitHub's token service),
managed identity, Azure CLI; the SDK's default chain where ``useDefaultAzureCredential`` asks for
it first.
"""

from __future__ import annotations

from functools import partial

import requests
from azure.core.credentials import TokenCredential
from azure.identity import (
    AzureCliCredential,
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    DefaultAzureCredential,
    ManagedIdentityCredential,
)

from estate.cloud import TIMEOUT, Identity, read_file
from estate.model import EstateError

OIDC_AUDIENCE = "api://AzureADTokenExchange"


def choose(identity: Identity, authority: str) -> TokenCredential:
    """The credential for an authority (a login endpoint URL).

    Raises EstateError where a way to log in is half configured, naming what is missing.
    """
    value = identity.value
    if identity.flag("useDefaultAzureCredential", "ARM_USE_DEFAULT_AZURE_CREDENTIAL"):
        return DefaultAzureCredential(authority=authority)
    if certificate := value("clientCertificatePath", "ARM_CLIENT_CERTIFICATE_PATH"):
        return CertificateCredential(
            **_client(identity, authority),
            certificate_path=certificate,
            password=value("clientCertificatePassword", "ARM_CLIENT_CERTIFICATE_PASSWORD"),
        )
    if secret := value("clientSecret", "ARM_CLIENT_SECRET"):
        return ClientSecretCredential(**_client(identity, authority), client_secret=secret)
    if identity.flag("useOidc", "ARM_USE_OIDC"):
        return ClientAssertionCredential(
            **_client(identity, authority), func=partial(_assertion, identity)
        )
    if identity.flag("useMsi", "ARM_USE_MSI"):
        return ManagedIdentityCredential(client_id=value("clientId", "ARM_CLIENT_ID"))
    return AzureCliCredential(tenant_id=value("tenantId", "ARM_TENANT_ID") or "")


def _client(identity: Identity, authority: str) -> dict[str, str]:
    client = identity.value("clientId", "ARM_CLIENT_ID")
    tenant = identity.value("tenantId", "ARM_TENANT_ID")
    if client is None or tenant is None:
        missing = "ARM_CLIENT_ID" if client is None else "ARM_TENANT_ID"
        raise EstateError(f"log-in to Azure: {missing} is not set; a service principal needs it")
    return {"client_id": client, "tenant_id": tenant, "authority": authority}


def _assertion(identity: Identity) -> str:
    if token := identity.value("oidcToken", "ARM_OIDC_TOKEN"):
        return token
    if path := identity.value("oidcTokenFilePath", "ARM_OIDC_TOKEN_FILE_PATH"):
        return read_file(path)
    url = identity.value("oidcRequestUrl", "ARM_OIDC_REQUEST_URL") or identity.value(
        "", "ACTIONS_ID_TOKEN_REQUEST_URL"
    )
    bearer = identity.value("oidcRequestToken", "ARM_OIDC_REQUEST_TOKEN") or identity.value(
        "", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
    )
    if url is None or bearer is None:
        raise EstateError(
            "log-in to Azure by OIDC: there is no token; set ARM_OIDC_TOKEN, "
            "ARM_OIDC_TOKEN_FILE_PATH, or let the pipeline grant 'id-token: write'"
        )
    return _requested(url, bearer)


def _requested(url: str, bearer: str) -> str:
    """A token from GitHub's token service (docs.github.com, OpenID Connect reference)."""
    try:
        answer = requests.get(
            url,
            params={"audience": OIDC_AUDIENCE},
            headers={"Authorization": f"Bearer {bearer}"},
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        return str(answer.json()["value"])
    except (requests.RequestException, KeyError, ValueError) as error:
        raise EstateError(f"log-in to Azure by OIDC: no token from {url}: {error}") from error
