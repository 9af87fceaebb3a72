"""The credential of an identity, chosen in the order of the azure-native provider.

Client certificate, client secret, OIDC (a token, a file with one, or GitHub's token service),
managed identity, Azure CLI; the SDK's default chain where ``useDefaultAzureCredential`` asks for
it first.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError
from azure.identity import (
    AzureCliCredential,
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    DefaultAzureCredential,
    ManagedIdentityCredential,
)

from estate.errors import EstateError
from estate.http_client import HttpClient, innermost
from estate.identity import Identity
from estate.response import BadResponseError, address, one_line
from estate.response_shape import Needed
from estate.waits import Say, to_stderr, within

OIDC_AUDIENCE = "api://AzureADTokenExchange"
_UNREAD = "Authentication failed: "  # azure-identity, of whatever its own client raised
_REFUSED = "AADSTS"  # Microsoft Entra's own codes
TOKEN_TIME = 60.0  # seconds for a token, with every try of azure-identity's own


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
            **_client(identity, authority), func=partial(assertion, identity)
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


def assertion(identity: Identity) -> str:
    """The token by which a pipeline proves who it is. Raises EstateError where there is none."""
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
    separator = "&" if "?" in url else "?"
    address = f"{url}{separator}audience={quote(OIDC_AUDIENCE, safe='')}"
    headers = {"Authorization": f"Bearer {bearer}"}
    try:
        answer = HttpClient(to_stderr, headers=headers).read(address)
        return str(answer.read({"value": Needed(str)})["value"])
    except AzureError as error:
        raise EstateError(f"log-in to Azure by OIDC: no token: {one_line(error)}") from error


@dataclass(frozen=True)
class Patient:
    """A credential that gives a token in bounded time, or one line that says why there is none."""

    inner: TokenCredential
    authority: str
    say: Say

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """A token. Raises AnswerError, or EstateError where a log-in is half configured."""
        host = address(self.authority)
        get = partial(self.inner.get_token, *scopes, **options)
        try:
            token = within(TOKEN_TIME, get, f"log-in to Azure at {host}", self.say)
        except EstateError:
            raise
        except TimeoutError as error:
            raise BadResponseError(
                f"log-in to Azure: no token from {host} within {TOKEN_TIME:.0f} seconds; check "
                "HTTPS_PROXY and NO_PROXY, and that it can be reached from here"
            ) from error
        except AzureError as error:
            # What came stands behind "Content:", and in it may be a token.
            reason = one_line(error).partition(" Content:")[0]
            if reason.startswith(_UNREAD) and _REFUSED not in reason:
                cause = error.__cause__
                raise self._no_token(_kind(cause) if cause else "none in its answer") from error
            raise BadResponseError(f"log-in to Azure: {reason}") from error
        except Exception as error:  # whatever MSAL makes of an answer that is no token
            raise self._no_token(_kind(error)) from error
        if not (
            isinstance(token.token, str) and token.token.isascii() and token.token.isprintable()
        ):
            raise self._no_token("the token is no text")
        return token

    def _no_token(self, problem: str) -> BadResponseError:
        return BadResponseError(
            f"log-in to Azure: {address(self.authority)} gave no token ({problem}); a proxy may "
            "have answered in its place: check HTTPS_PROXY and NO_PROXY, and that it can be "
            "reached from here"
        )


def _kind(error: BaseException) -> str:
    """The error: a network's own words, else no more than its kind, since what came may be
    a token."""
    inner = innermost(error)
    return str(inner) if isinstance(inner, OSError) else type(inner).__name__


def read_file(path: str) -> str:
    """A credential file's text, without the line end; raises EstateError naming the file."""
    try:
        with open(os.path.expanduser(path), encoding="utf-8") as file:
            return file.read().strip()
    except OSError as error:
        raise EstateError(f"credential file {path} cannot be read: {error.strerror}") from error
