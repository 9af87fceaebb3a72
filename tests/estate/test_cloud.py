"""A log-in that is answered with anything else than a token is one line, in bounded time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import ClientSecretCredential

from estate import credentials
from estate.errors import EstateError
from estate.identity import Identity
from estate.response import BadResponseError
from tests.broken import BROKEN, Change, Sent
from tests.front import Front

LOGIN = "https://login.microsoftonline.com"
TENANT = "00000000-0000-4000-8000-0000000000aa"
TOKEN = f"/{TENANT}/oauth2/v2.0/token"
SCOPE = "https://management.test/.default"
GIVEN = {"token_type": "Bearer", "expires_in": 3600, "access_token": "a-token"}


class _ToFront(RequestsTransport):  # type: ignore[misc]
    """Sends what is meant for the log-in page to the gateway, over real HTTP."""

    def __init__(self, front: Front) -> None:
        super().__init__()
        self._front = front

    def send(self, request: Any, **options: Any) -> Any:
        parts = urlsplit(request.url)
        request.url = f"{self._front.url}{parts.path}?{parts.query}"
        return super().send(request, **options)


def _credential(front: Front) -> credentials.Patient:
    inner = ClientSecretCredential(
        TENANT, "us", "a-secret", transport=_ToFront(front), retry_total=0
    )
    return credentials.Patient(inner, LOGIN, print)


def _known(sent: Sent) -> Sent:
    """What the log-in page says of itself, and a token."""
    own = f"{LOGIN}/{TENANT}"
    document = {
        "token_endpoint": f"{own}/oauth2/v2.0/token",
        "authorization_endpoint": f"{own}/oauth2/v2.0/authorize",
        "issuer": f"{own}/v2.0",
    }
    answer = GIVEN if urlsplit(sent.url).path == TOKEN else document
    return replace(sent.saying(answer), status=200)


def _token(front: Front, change: Change) -> AccessToken:
    def changed(sent: Sent) -> Sent:
        known = _known(sent)
        return change(known) if urlsplit(sent.url).path == TOKEN else known

    front.strike("GET", "*", _known)
    front.strikes += [replace(front.strikes[0], method="POST", change=changed)]
    return _credential(front).get_token(SCOPE)


def test_a_token_is_given_on(front: Front) -> None:
    assert _token(front, lambda sent: sent).token == "a-token"


@pytest.mark.parametrize("change", BROKEN.values(), ids=list(BROKEN))
def test_whatever_the_log_in_page_says_is_one_line(front: Front, change: Change) -> None:
    with pytest.raises(BadResponseError) as error:
        _token(front, change)
    text = str(error.value)
    assert text.startswith(f"log-in to Azure: {LOGIN} gave no token (")
    assert "\n" not in text
    assert len(text) < 600
    assert "a-secret" not in text
    assert "a-token" not in text
    assert "access_token" not in text
    assert "##vso" not in text


@pytest.mark.parametrize("name", [name for name in BROKEN if name != "members that are texts"])
def test_whatever_the_pipelines_token_service_says_is_one_line(front: Front, name: str) -> None:
    change = BROKEN[name]
    variables = {
        "ARM_CLIENT_ID": "us",
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{front.url}/token?secret=1",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "a-bearer",
    }
    identity = Identity(subscription_id="", variables=variables)
    front.strike("GET", "/token", lambda sent: replace(sent.saying({"value": "t"}), status=200))
    assert credentials.assertion(identity) == "t"
    front.strike(
        "GET", "/token", lambda sent: change(replace(sent.saying({"value": "t"}), status=200))
    )
    with pytest.raises(EstateError, match="log-in to Azure by OIDC: no token") as error:
        credentials.assertion(identity)
    text = str(error.value)
    assert "\n" not in text
    assert "a-bearer" not in text
    assert "secret" not in text


@dataclass
class Inner:
    """A credential of somebody else's."""

    give: Callable[[], Any]

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        return AccessToken(self.give(), 0)


def _never() -> str:
    time.sleep(5)
    return "late"


@pytest.mark.parametrize("token", [None, 7, ["x"], "two\nlines", "é"])
def test_a_token_that_no_header_takes_is_one_line(token: Any) -> None:
    with pytest.raises(BadResponseError, match="gave no token"):
        credentials.Patient(Inner(lambda: token), LOGIN, print).get_token(SCOPE)


def test_a_log_in_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "TOKEN_TIME", 0.1)
    with pytest.raises(BadResponseError, match="no token from https://login"):
        credentials.Patient(Inner(_never), LOGIN, print).get_token(SCOPE)


def test_a_bug_of_json_in_a_credential_is_one_line() -> None:
    with pytest.raises(BadResponseError, match=r"gave no token \(JSONDecodeError"):
        credentials.Patient(Inner(lambda: json.loads("{")), LOGIN, print).get_token(SCOPE)


# Few, since azure-identity waits between its own tries.
@pytest.mark.parametrize("name", ["a page with 200", "cut", "a redirect to another host"])
def test_whatever_a_machines_own_identity_service_says_is_one_line(
    front: Front, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = BROKEN[name]
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", front.url)
    identity = Identity(subscription_id="", variables={"ARM_USE_MSI": "true"})
    front.strike("GET", "*", lambda sent: change(replace(sent.saying(GIVEN), status=200)))
    with pytest.raises(BadResponseError) as error:
        credentials.Patient(credentials.choose(identity, LOGIN), LOGIN, print).get_token(SCOPE)
    text = str(error.value)
    assert text.startswith("log-in to Azure: ")
    assert "\n" not in text
    assert "a-token" not in text
    assert "##vso" not in text
