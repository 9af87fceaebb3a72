"""What a write leaves in the activity log.

"The records of both the start and success or fail" of each write, deletion and action (Microsoft's
page "Azure Activity Log event schema"). Published events show the members: `Started` with
`BeginRequest` and the body of the request in `properties.requestbody` (of a route table, a role
assignment, and a storage account, where the tags are masked as they are not here), `Accepted` with
`EndRequest` for what goes on as an operation (of a disk), then its end, with an empty sub-status as
in that page's sample. Of a refusal the error is in `statusMessage` and `responseBody` (page
"RequestDisallowedByPolicy error"). That an operation answered 201 is `Accepted` too, and that a
missing right leaves `Failed`, is unconfirmed. `responseBody` of what succeeds is left out.

No event: what is refused before the right is known (no log-in, quotas, faults that strike at once,
a body that is no JSON), what is not modelled, what is in no subscription, and what Azure does by
itself.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from localazure.errors.base import ArmError, NotModelled
from localazure.insights.activity_events import Event, written
from localazure.server.request import Request
from localazure.server.response import Response

_CLAIMS = {
    "appid": "appid",
    "name": "name",
    "oid": "http://schemas.microsoft.com/identity/claims/objectidentifier",
    "tid": "http://schemas.microsoft.com/identity/claims/tenantid",
    "upn": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
}
"""Claims of a token by the names that events have for them (that page's sample)."""
_POLLED = ("Azure-AsyncOperation", "Location")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a request."""

    caller: str
    claims: Mapping[str, str]
    request_id: str | None
    correlation: str | None

    @classmethod
    def of(cls, headers: Mapping[str, str], unnamed: str) -> Sender:
        """Reads a token that is a JWT, without checking it; of any other, the caller is `unnamed`.

        The caller is the "UPN claim, or SPN claim based on availability": here the object id.
        """
        claims = _claims(headers.get("authorization", ""))
        return cls(
            str(claims.get("upn") or claims.get("oid") or unnamed),
            {shown: str(claims[name]) for name, shown in _CLAIMS.items() if name in claims},
            headers.get("x-ms-client-request-id"),
            headers.get("x-ms-correlation-request-id"),
        )


class Recording:
    """The events of one request that needs the right `action` at `scope`."""

    def __init__(self, request: Request, action: str, scope: str, sender: Sender) -> None:
        self._request = request
        self._action = action
        self._scope = scope
        self._sender = sender
        self._operation = str(uuid.uuid4())
        self._began = datetime.now(UTC)
        self._newest = request.azure.operations.newest

    def refused(self, error: ArmError) -> None:
        """The request was refused."""
        if not isinstance(error, NotModelled):
            self._start()
            self._failed(error, datetime.now(UTC), _sub_status(error.status))

    def answered(self, answer: Response) -> None:
        """The request was answered; what it began as an operation ends later."""
        operations = self._request.azure.operations
        self._start()
        operation = operations.newest if operations.newest is not self._newest else None
        sub_status = _sub_status(answer.status)
        now = datetime.now(UTC)
        code = {"statusCode": sub_status["value"], "serviceRequestId": None}
        if operation is None or not any(name in answer.headers for name in _POLLED):
            self._add("Succeeded", now, code, sub_status)
            return
        self._add("Accepted", now, code, sub_status)
        due = now + timedelta(seconds=operations.latency)

        def ended() -> None:
            if operation.failure is not None:
                self._failed(operation.failure, due, {"value": ""})
            else:
                self._add("Succeeded", due, {"statusCode": "OK", "serviceRequestId": None})

        operation.ended = ended

    def _start(self) -> None:
        body = self._request.body
        text = None if body is None else json.dumps(body, separators=(",", ":"))
        self._add("Started", self._began, {} if text is None else {"requestbody": text})

    def _failed(self, error: ArmError, time: datetime, sub_status: dict[str, str]) -> None:
        text = json.dumps(error.body(), separators=(",", ":"))
        code = {"statusCode": _sub_status(error.status)["value"], "serviceRequestId": None}
        said = {**code, "statusMessage": text, "responseBody": text}
        self._add("Failed", time, said, sub_status)

    def _add(
        self,
        status: str,
        time: datetime,
        properties: dict[str, Any],
        sub_status: dict[str, str] | None = None,
    ) -> None:
        sender, store = self._sender, self._request.azure.store
        if store.find(f"/subscriptions/{self._request.id.subscription}") is None:
            return
        http = {"clientIpAddress": "127.0.0.1", "method": self._request.method}
        if sender.request_id is not None:
            http["clientRequestId"] = sender.request_id
        event: Event = {
            "caller": sender.caller,
            "claims": dict(sender.claims),
            "correlationId": sender.correlation or self._operation,
            "eventDataId": str(uuid.uuid4()),
            "eventTimestamp": written(time),
            "httpRequest": http,
            "operationId": self._operation,
            "operationName": {"value": self._action},
            "resourceId": self._scope,
            "properties": properties,
            "status": {"value": status},
        }
        if sub_status is not None:
            event["subStatus"] = sub_status
        store.events.append(event)


def _sub_status(status: int) -> dict[str, str]:
    phrase = HTTPStatus(status).phrase
    return {
        "value": phrase.replace(" ", ""),
        "localizedValue": f"{phrase} (HTTP Status Code: {status})",
    }


def _claims(authorization: str) -> dict[str, Any]:
    """The claims of a JWT; none where the token is none."""
    parts = authorization.rpartition(" ")[2].split(".")
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
