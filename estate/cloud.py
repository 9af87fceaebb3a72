"""Which cloud, which identity, and one HTTP pipeline for every request that discovery makes.

The cloud comes from the metadata host, as for the azure-native provider: ``ARM_METADATA_HOSTNAME``
(a scheme is allowed) is asked for its endpoints, so public, sovereign and local clouds are one
mechanism. Credentials are tried in the provider's order: certificate, secret, OIDC, managed
identity, Azure CLI (pulumi-azure-native, provider/pkg/provider/auth).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import RetryPolicy, SansIOHTTPPolicy, UserAgentPolicy
from azure.core.rest import HttpRequest
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

from estate.model import EstateError

METADATA_VERSION = "2022-09-01"
TIMEOUT = 60  # seconds without a byte before a request is given up
PUBLIC_HOSTS = {
    "public": "https://management.azure.com",
    "usgovernment": "https://management.usgovcloudapi.net",
    "china": "https://management.chinacloudapi.cn",
}


class Identity(Protocol):
    """What discovery needs to know of who asks; the program's settings provide it."""

    @property
    def environment(self) -> str:
        """``public``, ``usgovernment`` or ``china``."""

    def value(self, argument: str, variable: str) -> str | None:
        """A provider argument's value: configuration first, then the environment variable."""

    def flag(self, argument: str, variable: str) -> bool:
        """Whether a provider argument says yes."""


@dataclass(frozen=True)
class Cloud:
    """A cloud's Azure Resource Manager and the credential for it."""

    resource_manager: str
    audience: str
    credential: TokenCredential
    local: bool

    @property
    def scope(self) -> str:
        """What a token is asked for."""
        return f"{self.audience.rstrip('/')}/.default"

    @property
    def client_options(self) -> dict[str, Any]:
        """Keyword arguments that make an Azure SDK client ask this cloud, as this identity."""
        return {
            "base_url": self.resource_manager,
            "credential": self.credential,
            "credential_scopes": [self.scope],
            "authentication_policy": self._authentication(),
            "retry_policy": RetryPolicy(retry_total=6, retry_connect=1),
            "per_retry_policies": [_QuotaHeaders()],
            "connection_timeout": TIMEOUT,
            "read_timeout": TIMEOUT,
        }

    def get(self, path: str, api_version: str) -> dict[str, Any]:
        """The resource at a path, as ARM returns it.

        Raises HttpResponseError for an ARM error (404 among them), AzureError for no answer.
        """
        separator = "&" if "?" in path else "?"
        return self._get(f"{self.resource_manager}{path}{separator}api-version={api_version}")

    def find(self, path: str, api_version: str) -> dict[str, Any] | None:
        """The resource at a path, or None where ARM answers 404."""
        try:
            return self.get(path, api_version)
        except HttpResponseError as error:
            if error.status_code == 404:
                return None
            raise

    def list(self, path: str, api_version: str) -> Iterator[dict[str, Any]]:
        """Every item of a collection, page by page (``value`` and ``nextLink``)."""
        page = self.get(path, api_version)
        yield from page.get("value", [])
        while link := page.get("nextLink"):
            page = self._get(link)
            yield from page.get("value", [])

    def list_found(self, path: str, api_version: str) -> Iterator[dict[str, Any]]:
        """The same; nothing where ARM answers 404, since what would hold it is not there."""
        try:
            yield from self.list(path, api_version)
        except HttpResponseError as error:
            if error.status_code != 404:
                raise

    def post(self, path: str, api_version: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of an action that reads, such as a query. Raises as ``get`` does."""
        url = f"{self.resource_manager}{path}?api-version={api_version}"
        return self._send(HttpRequest("POST", url, json=body))

    def _get(self, url: str) -> dict[str, Any]:
        return self._send(HttpRequest("GET", url))

    def _send(self, request: HttpRequest) -> dict[str, Any]:
        response = self._client.send_request(request)
        response.raise_for_status()
        body: dict[str, Any] = response.json()
        return body

    @cached_property
    def _client(self) -> ARMPipelineClient[Any, Any]:
        options = self.client_options
        return ARMPipelineClient(
            base_url=options["base_url"],
            policies=[
                UserAgentPolicy("flow-logs"),
                options["retry_policy"],
                *options["per_retry_policies"],
                options["authentication_policy"],
            ],
            connection_timeout=TIMEOUT,
            read_timeout=TIMEOUT,
        )

    def _authentication(self) -> Any:
        if self.local:
            return _LocalToken(self.credential)
        return ARMChallengeAuthenticationPolicy(self.credential, self.scope)


class _LocalToken(SansIOHTTPPolicy[Any, Any]):
    """Sends the token over plain http, which azure-core refuses; only ever built for 127.0.0.1."""

    def __init__(self, credential: TokenCredential) -> None:
        self._credential = credential

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Adds the authorization header."""
        token = self._credential.get_token().token
        request.http_request.headers["Authorization"] = f"Bearer {token}"


class _QuotaHeaders(SansIOHTTPPolicy[Any, Any]):
    """Lets the retry wait as long as Resource Graph says.

    A throttled query is answered 429 with ``x-ms-user-quota-resets-after`` (hh:mm:ss) and not
    always with ``Retry-After`` (Resource Graph, "Guidance for throttled requests").
    """

    def on_response(
        self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]
    ) -> None:
        """Adds the header that the retry policy knows."""
        headers = response.http_response.headers
        after = headers.get("x-ms-user-quota-resets-after", "")
        parts = after.split(":")
        if response.http_response.status_code != 429 or "Retry-After" in headers or len(parts) != 3:
            return
        hours, minutes, seconds = map(int, parts)
        headers["Retry-After"] = str(hours * 3600 + minutes * 60 + seconds)


class StaticToken:
    """A credential that is one fixed text; good for local Azure alone."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """The fixed token, valid for as long as anybody asks."""
        return AccessToken(self._token, 2**33)


def connect(identity: Identity) -> Cloud:
    """Finds the cloud of an identity.

    Raises EstateError where the metadata host does not answer, answers something else, or would be
    asked over plain http elsewhere than on 127.0.0.1.
    """
    host = _metadata_host(identity)
    metadata = _metadata(host)
    try:
        resource_manager = str(metadata["resourceManager"]).rstrip("/")
        login = metadata["authentication"]
        audience, authority = str(login["audiences"][0]), str(login["loginEndpoint"])
    except (KeyError, IndexError, TypeError) as error:
        raise EstateError(
            f"{host} did not describe a cloud (no {error} in its metadata); "
            "point ARM_METADATA_HOSTNAME at an Azure metadata host"
        ) from error
    local = _is_local(resource_manager)
    credential = _local_credential(identity) if local else _credential(identity, authority)
    return Cloud(resource_manager, audience, credential, local)


def _metadata_host(identity: Identity) -> str:
    host = identity.value("metadataHost", "ARM_METADATA_HOSTNAME")
    if host is None:
        if identity.environment not in PUBLIC_HOSTS:
            raise EstateError(
                f"azure-native:environment is {identity.environment!r}; it must be one of "
                f"{', '.join(PUBLIC_HOSTS)}, or set ARM_METADATA_HOSTNAME for another cloud"
            )
        return PUBLIC_HOSTS[identity.environment]
    url = host if "://" in host else f"https://{host}"
    if not url.startswith("https://") and not _is_local(url):
        raise EstateError(
            f"metadata host {host} is plain http; that is accepted for 127.0.0.1 alone. "
            "Use https in ARM_METADATA_HOSTNAME"
        )
    return url.rstrip("/")


def _metadata(host: str) -> Mapping[str, Any]:
    url = f"{host}/metadata/endpoints?api-version={METADATA_VERSION}"
    try:
        answer = requests.get(url, timeout=TIMEOUT)
        answer.raise_for_status()
        metadata: Mapping[str, Any] = answer.json()
    except requests.ConnectionError as error:
        raise EstateError(
            f"no cloud answers at {host}; check ARM_METADATA_HOSTNAME, the network, "
            "or start local Azure (python -m localazure serve)"
        ) from error
    except requests.RequestException as error:
        raise EstateError(f"{host} did not give its metadata: {error}") from error
    return metadata


def _is_local(url: str) -> bool:
    return urlsplit(url).hostname == "127.0.0.1"


def _local_credential(identity: Identity) -> TokenCredential:
    token = identity.value("oidcToken", "ARM_OIDC_TOKEN") or "local"
    return StaticToken(token)


def _credential(identity: Identity, authority: str) -> TokenCredential:
    # Imported here: azure-identity takes 0.1 s that a run on local Azure need not spend.
    from estate import credentials

    return credentials.choose(identity, authority)


def one_line(error: AzureError) -> str:
    """An Azure error as one line: ARM's code and message where there are any, and the request."""
    if not isinstance(error, HttpResponseError) or error.error is None:
        return " ".join(str(error.message or error).split())
    said = f"{error.error.code}: {' '.join(str(error.error.message).split())}"
    if error.response is None:
        return said
    request: Any = error.response.request
    return f"{said} ({request.method} {urlsplit(request.url).path})"


def read_file(path: str) -> str:
    """A credential file's text, without the line end; raises EstateError naming the file."""
    try:
        with open(os.path.expanduser(path), encoding="utf-8") as file:
            return file.read().strip()
    except OSError as error:
        raise EstateError(f"credential file {path} cannot be read: {error.strerror}") from error
