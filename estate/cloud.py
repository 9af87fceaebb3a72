"""The cloud, the identity, and one HTTP pipeline for every request that discovery makes.

The cloud comes from the metadata host, as for the azure-native provider: ``ARM_METADATA_HOSTNAME``
(a scheme is allowed) is asked for its endpoints, so public, sovereign and local clouds are one
mechanism. Credentials are tried in the provider's order: certificate, secret, OIDC, managed
identity, Azure CLI (pulumi-azure-native, provider/pkg/provider/auth).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

from estate.errors import EstateError
from estate.http_client import HttpClient, NoConnectionError
from estate.identity import Identity
from estate.paging import Pages
from estate.response import BadResponseError, Response, address, joined, one_line, origin
from estate.response_shape import ANYTHING, Needed, Shape, shown
from estate.waits import Say, to_stderr

METADATA_VERSION = "2022-09-01"
_METADATA_SHAPE: Shape = {
    "resourceManager": Needed(str),
    "authentication": Needed({"audiences": Needed([str]), "loginEndpoint": Needed(str)}),
}
PUBLIC_HOSTS = {
    "public": "https://management.azure.com",
    "usgovernment": "https://management.usgovcloudapi.net",
    "china": "https://management.chinacloudapi.cn",
}


@dataclass(frozen=True)
class Cloud:
    """A cloud's Azure Resource Manager and its credential; ``say`` reports each long wait."""

    resource_manager: str
    audience: str
    credential: TokenCredential
    local: bool
    say: Say

    @property
    def scope(self) -> str:
        """The scope that a token is requested for."""
        return f"{self.audience.rstrip('/')}/.default"

    def get(self, path: str, api_version: str, shape: Shape = ANYTHING) -> dict[str, Any]:
        """The resource at a path, as ARM returns it, of a shape (``estate.response_shape``).

        Raises HttpResponseError for an ARM error (404 among them), AnswerError, which is an
        AzureError too, for an answer that is none of ARM's.
        """
        return self._get(self._url(path, api_version), shape)

    def find(self, path: str, api_version: str, shape: Shape = ANYTHING) -> dict[str, Any] | None:
        """The resource at a path, or None where ARM answers 404, in its own words."""
        try:
            return self.get(path, api_version, shape)
        except HttpResponseError as error:
            if error.status_code == 404:
                return None
            raise

    def list(
        self, path: str, api_version: str, shape: Shape = ANYTHING
    ) -> Iterator[dict[str, Any]]:
        """Every item of a collection, each of the shape, page by page (``value``, ``nextLink``)."""
        url: str | None = self._url(path, api_version)
        page_shape = {"value": Needed([shape]), "nextLink": str}
        pages = Pages()
        while url:
            answer = self._asker.read(url)
            page = answer.read(page_shape)
            url = self._next(answer, page.get("nextLink"))
            pages.check(answer, page["value"], url)
            yield from page["value"]

    def list_found(
        self, path: str, api_version: str, shape: Shape = ANYTHING
    ) -> Iterator[dict[str, Any]]:
        """The same; nothing where ARM answers 404, since what would hold it is not there."""
        try:
            yield from self.list(path, api_version, shape)
        except HttpResponseError as error:
            if error.status_code != 404:
                raise

    def post(
        self, path: str, api_version: str, body: Mapping[str, Any], shape: Shape = ANYTHING
    ) -> dict[str, Any]:
        """The answer of an action that reads, such as a query. Raises as ``get`` does."""
        return self.query(path, api_version, body).read(shape)  # type: ignore[no-any-return]

    def query(self, path: str, api_version: str, body: Mapping[str, Any]) -> Response:
        """The same, before it is read, for whoever reads page after page. Raises AnswerError."""
        return self._asker.read(self._url(path, api_version), body)

    def _url(self, path: str, api_version: str) -> str:
        """The URL of a path, which may be an id out of an answer: it must not name a host."""
        separator = "&" if "?" in path else "?"
        if not path.startswith("/"):
            raise BadResponseError(
                f"'{shown(path)}' is no ARM id, which begins with a slash, so it cannot be asked "
                "for; look at where it was written"
            )
        return f"{self.resource_manager}{path}{separator}api-version={api_version}"

    def _get(self, url: str, shape: Shape) -> dict[str, Any]:
        return self._asker.read(url).read(shape)  # type: ignore[no-any-return]

    def _next(self, answer: Response, link: str | None) -> str | None:
        """The next page's URL. Raises AnswerError for one on another host than the cloud's own."""
        if not link:
            return None
        url = joined(answer.url, link)
        if origin(url) != origin(self.resource_manager):
            raise answer.unlike(
                f"its next page is at {address(url)}, and the token goes to no other host than "
                f"{address(self.resource_manager)}"
            )
        return url

    @cached_property
    def _asker(self) -> HttpClient:
        return HttpClient(self.say, [self._authentication()])

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


class StaticToken:
    """A credential that is one fixed text; good for local Azure alone."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """The fixed token, valid for as long as anybody asks."""
        return AccessToken(self._token, 2**33)


def connect(identity: Identity, say: Say = to_stderr) -> Cloud:
    """Finds the cloud of an identity; ``say`` receives a line about every longer wait.

    Raises EstateError where the metadata host does not answer, answers something else, or where
    a token would go over plain http elsewhere than to 127.0.0.1.
    """
    host = _metadata_host(identity)
    metadata = _metadata(host, say)
    login = metadata["authentication"]
    audience, authority = next(iter(login["audiences"]), ""), login["loginEndpoint"]
    resource_manager = metadata["resourceManager"].rstrip("/")
    for url in (resource_manager, authority):
        _require_own(host, url)
    local = _is_local(resource_manager)
    credential = _local_credential(identity) if local else _credential(identity, authority, say)
    return Cloud(resource_manager, audience, credential, local, say)


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


def _metadata(host: str, say: Say) -> Mapping[str, Any]:
    url = f"{host}/metadata/endpoints?api-version={METADATA_VERSION}"
    try:
        return HttpClient(say).read(url).read(_METADATA_SHAPE)  # type: ignore[no-any-return]
    except NoConnectionError as error:
        raise EstateError(
            f"no cloud answers at {host}; check ARM_METADATA_HOSTNAME, the network, "
            "or start local Azure (python -m localazure serve)"
        ) from error
    except AzureError as error:
        raise EstateError(
            f"{host} did not describe a cloud; point ARM_METADATA_HOSTNAME at an Azure metadata "
            f"host: {one_line(error)}"
        ) from error


def _require_own(host: str, url: str) -> None:
    """Tokens of a cloud stay in it: what is not local goes by https, and local stays local."""
    scheme = origin(url)[0]
    own = scheme in ("http", "https") if _is_local(host) else scheme == "https"
    if _is_local(host) != _is_local(url) or not own:
        raise EstateError(
            f"{host} names {address(url)} as a part of its cloud; no token goes there. Point "
            "ARM_METADATA_HOSTNAME at an Azure metadata host"
        )


def _is_local(url: str) -> bool:
    return origin(url)[1] == "127.0.0.1"


def _local_credential(identity: Identity) -> TokenCredential:
    token = identity.value("oidcToken", "ARM_OIDC_TOKEN") or "local"
    return StaticToken(token)


def _credential(identity: Identity, authority: str, say: Say) -> TokenCredential:
    # Imported here: azure-identity takes 0.1 s that a run on local Azure need not spend.
    from estate import credentials

    return credentials.Patient(credentials.choose(identity, authority), authority, say)
