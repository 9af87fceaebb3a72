"""The URLs that a long-running write names, and what they answer.

What is behind them is in localazure/state/long_running_operations.py. Those of Microsoft.Network
need a right of their own, `Microsoft.Network/locations/operations/read` or
`…/operationResults/read`: reported in azure-xplat-cli #2051 and azure-docs #111535. Those of
Microsoft.Storage need none: the built-in role Storage Account Contributor has none for them.
"""

from __future__ import annotations

from typing import ClassVar

from localazure.errors.network import NetworkNotFound
from localazure.resources.resource_groups import operation_in
from localazure.server.query_options import ANY
from localazure.server.request import Request
from localazure.server.response import TEXT, Response
from localazure.state.arm_id import key
from localazure.state.long_running_operations import Operation


class OperationStatus:
    """GET of `Azure-AsyncOperation`: 200 with a status, whatever the operation came to."""

    options: ClassVar[frozenset[str]] = ANY

    def action(self, request: Request) -> str | None:
        return _right(request, "operations")

    def answer(self, request: Request) -> Response:
        operation = _find(request, request.words["operation"])
        headers = {} if operation.done else {"Retry-After": request.azure.operations.retry_after()}
        return Response(200, operation.status(), headers)


class OperationResult:
    """GET of `Location`: 202 while it lasts, then what the operation came to."""

    options: ClassVar[frozenset[str]] = ANY

    def action(self, request: Request) -> str | None:
        return _right(request, "operationResults")

    def answer(self, request: Request) -> Response:
        operation = _find(request, self.operation(request))
        if not operation.done:
            url = f"{request.base}{request.words['path']}?{request.words['query']}"
            headers = {"Location": url, "Retry-After": request.azure.operations.retry_after()}
            return Response(202, None, headers, TEXT)
        if operation.failure is not None:
            raise operation.failure
        answer = operation.result()
        answer.headers |= self.headers(request)
        return answer

    def headers(self, request: Request) -> dict[str, str]:
        """Both URLs again, as the Network provider sends them (recorded: CreateUpdate)."""
        if not _is_network(request):
            return {}
        start, query = (
            f"{request.base}{request.words['path']}".rpartition("/")[0],
            request.words["query"],
        )
        id_ = f"{request.words['operation']}?{query}"
        status = f"{start.rpartition('/')[0]}/operations/{id_}"
        return {"Location": f"{start}/{id_}", "Azure-AsyncOperation": status}

    def operation(self, request: Request) -> str | None:
        return request.words["operation"]


class GroupDeletion(OperationResult):
    """The same for resource groups, whose URL names a job."""

    def operation(self, request: Request) -> str | None:
        return operation_in(request.words["operation"])


def _is_network(request: Request) -> bool:
    return key(request.words.get("namespace", "")) == "microsoft.network"


def _right(request: Request, collection: str) -> str | None:
    return f"Microsoft.Network/locations/{collection}/read" if _is_network(request) else None


def _find(request: Request, id_: str | None) -> Operation:
    operation = None if id_ is None else request.azure.operations.find(id_)
    if operation is None:
        raise NetworkNotFound(request.words["path"])
    return operation
