"""The ASGI application: log-in, faults, routing, rights, answers, and the request log."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.routing import Route

from localazure.authorization.locks import check_free
from localazure.authorization.rights import CLIENT
from localazure.errors.base import ArmError, GatewayError
from localazure.errors.gateway import (
    AuthenticationFailed,
    AuthorizationFailed,
    InvalidRequestContent,
    MisdirectedRequest,
)
from localazure.insights.activity_recording import Recording, Sender
from localazure.policy.policy_rules import check_policies
from localazure.policy.remediation import AzurePolicy
from localazure.resources.resource_providers import check_registered
from localazure.resources.subscription_states import check_state
from localazure.resources.tags import check_tags, with_single_tags
from localazure.server.faults import Fault, Faults
from localazure.server.log import RequestLog
from localazure.server.query_options import check_options
from localazure.server.quotas import Quotas
from localazure.server.request import Request
from localazure.server.response import JSON, Response
from localazure.server.routing import Endpoint, modelled_options, route
from localazure.server.saving import Saver
from localazure.state.arm_id import TENANT, ArmId, parse
from localazure.state.azure import Azure

METHODS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]
READS = frozenset({"GET", "HEAD"})
TAGGING = frozenset({"PUT", "PATCH"})
OPEN = "/metadata/endpoints"
"""The only path that needs no log-in."""


class Gateway:
    """Answers every request to local Azure."""

    def __init__(
        self,
        azure: Azure,
        policy: AzurePolicy,
        quotas: Quotas,
        faults: Faults,
        log: RequestLog,
        saver: Saver,
    ) -> None:
        self._azure = azure
        self._policy = policy
        self._quotas = quotas
        self._faults = faults
        self._log = log
        self._saver = saver

    async def handle(self, request: HttpRequest) -> HttpResponse:
        """One request from its log-in to the line in the log."""
        path, code = unquote(request.url.path), None
        left: Mapping[str, str] = {}
        try:
            _check_host(request)
            if not _is_open(path):
                left = self._quotas.take(request.method, path, _id(path).subscription)
            answer = await self._answer(request, path)
        except ArmError as error:
            answer = Response(error.status, error.body(), dict(error.headers))
            code = error.code
            left = {} if isinstance(error, GatewayError) else left
        except Exception:
            self._log.write(request.method, path, request.url.query, 500, "LocalAzureFault")
            raise
        self._log.write(request.method, path, request.url.query, answer.status, code)
        answer.headers = {**left, **answer.headers}
        return _response(answer)

    async def _answer(self, request: HttpRequest, path: str) -> Response:
        if not _is_open(path) and not _logged_in(request):
            raise AuthenticationFailed
        body = await request.body()
        fault = self._faults.strike(request.method, path)
        late = await _struck(fault)
        azure = self._azure
        if azure.operations.settle():
            azure.store.changes += 1
        self._policy.work()
        endpoint, words = route(request.method, path)
        asked = Request(
            request.method,
            _id(path),
            request.query_params,
            with_single_tags(_json(body)),
            f"{request.url.scheme}://{request.url.netloc}",
            azure,
            {**words, "path": path, "query": request.url.query},
            late,
        )
        action = endpoint.action(asked)
        if action is None or _reads(request.method, action):
            return self._checked(endpoint, asked, action)
        sender = Sender.of(request.headers, azure.caller)
        recording = Recording(asked, action, _scope(asked.id), sender)
        try:
            answer = self._checked(endpoint, asked, action)
        except ArmError as error:
            recording.refused(error)
            raise
        recording.answered(answer)
        return answer

    def _checked(self, endpoint: Endpoint, asked: Request, action: str | None) -> Response:
        """The answer to a request that nothing forbids."""
        azure = self._azure
        if action is not None and not azure.rights.allows(action, _scope(asked.id)):
            raise AuthorizationFailed(CLIENT, action, _scope(asked.id))
        check_state(asked)
        if action is not None:
            check_free(asked, action)
        if asked.method in TAGGING:
            check_tags(asked.body)
        check_policies(asked)
        check_registered(asked)
        check_options(asked, modelled_options(endpoint, asked))
        answer = endpoint.answer(asked)
        answer.headers = {**asked.headers, **answer.headers}
        if not _reads(asked.method, action):
            azure.store.changes += 1
            self._policy.notice(asked)
            self._saver.wake()
        return answer


def build_application(gateway: Gateway) -> Starlette:
    """The application around the gateway; every path is its own affair."""
    return Starlette(routes=[Route("/{path:path}", gateway.handle, methods=METHODS)])


async def _struck(fault: Fault | None) -> ArmError | None:
    """Waits and raises as the fault says; returns the error that is to come later, if any."""
    if fault is None:
        return None
    if fault.delay:
        await asyncio.sleep(fault.delay)
    error = fault.error()
    if error is not None and not fault.late:
        raise error
    return error


def _check_host(request: HttpRequest) -> None:
    """Answers to its own address alone: a page on the Internet whose name leads here has another.

    Raises MisdirectedRequest.
    """
    port = (request.scope.get("server") or ("", 0))[1]
    host = request.headers.get("host", "")
    if host not in (f"127.0.0.1:{port}", f"localhost:{port}"):
        raise MisdirectedRequest(host, port)


def _reads(method: str, action: str | None) -> bool:
    """Whether a request changes nothing; a query is a POST, which needs a right to read or none."""
    return method in READS or (method == "POST" and (action is None or action.endswith("/read")))


def _is_open(path: str) -> bool:
    return path.rstrip("/").casefold() == OPEN


def _logged_in(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return scheme.casefold() == "bearer" and bool(token.strip())


def _id(path: str) -> ArmId:
    try:
        return parse(path)
    except ValueError:
        # Not below one subscription: `/subscriptions`, Resource Graph, or a collection of groups.
        segments = path.strip("/").split("/")
        below = len(segments) > 1 and segments[0].casefold() == "subscriptions"
        return ArmId(segments[1] if below else TENANT)


def _scope(id_: ArmId) -> str:
    """Scope that a refusal names: the resource, or the parent of the collection or action."""
    if not id_.unnamed:
        return str(id_)
    return str(id_.parent) if id_.parent is not None else id_.group_id


def _json(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError as error:
        raise InvalidRequestContent(str(error)) from None


def _response(answer: Response) -> HttpResponse:
    content = b"" if answer.body is None else json.dumps(answer.body).encode()
    headers: Mapping[str, str] = {
        "x-ms-request-id": str(uuid.uuid4()),
        "Cache-Control": "no-cache",
        **answer.headers,
    }
    kind = answer.content_type if content or answer.content_type != JSON else None
    return HttpResponse(content, answer.status, dict(headers), kind)
