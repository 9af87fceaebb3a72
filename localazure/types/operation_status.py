"""The URLs that a long-running write names, and what they answer (see operations.py).

Those of Microsoft.Network need a right of their own, `Microsoft.Network/locations/operations/read`
or `…/operationResults/read`: reported in azure-xplat-cli #2051 and azure-docs #111535. Those of
Microsoft.Storage need none: the built-in role Storage Account Contributor has none for them.
"""

from __future__ import annotations

from typing import ClassVar

from localazure.answer import TEXT, Answer, Call
from localazure.arm_id import key
from localazure.errors.network import NetworkNotFound
from localazure.operations import Operation
from localazure.query_options import ANY
from localazure.types.resource_groups import operation_in


class OperationStatus:
    """GET of `Azure-AsyncOperation`: 200 with a status, whatever the operation came to."""

    options: ClassVar[frozenset[str]] = ANY

    def action(self, call: Call) -> str | None:
        return _right(call, "operations")

    def answer(self, call: Call) -> Answer:
        operation = _find(call, call.words["operation"])
        headers = {} if operation.done else {"Retry-After": call.azure.operations.retry_after()}
        return Answer(200, operation.status(), headers)


class OperationResult:
    """GET of `Location`: 202 while it lasts, then what the operation came to."""

    options: ClassVar[frozenset[str]] = ANY

    def action(self, call: Call) -> str | None:
        return _right(call, "operationResults")

    def answer(self, call: Call) -> Answer:
        operation = _find(call, self.operation(call))
        if not operation.done:
            url = f"{call.base}{call.words['path']}?{call.words['query']}"
            headers = {"Location": url, "Retry-After": call.azure.operations.retry_after()}
            return Answer(202, None, headers, TEXT)
        if operation.failure is not None:
            raise operation.failure
        answer = operation.result()
        answer.headers |= self.headers(call)
        return answer

    def headers(self, call: Call) -> dict[str, str]:
        """Both URLs again, as the Network provider sends them (recorded: CreateUpdate)."""
        if not _is_network(call):
            return {}
        start, query = f"{call.base}{call.words['path']}".rpartition("/")[0], call.words["query"]
        id_ = f"{call.words['operation']}?{query}"
        status = f"{start.rpartition('/')[0]}/operations/{id_}"
        return {"Location": f"{start}/{id_}", "Azure-AsyncOperation": status}

    def operation(self, call: Call) -> str | None:
        return call.words["operation"]


class GroupDeletion(OperationResult):
    """The same for resource groups, whose URL names a job."""

    def operation(self, call: Call) -> str | None:
        return operation_in(call.words["operation"])


def _is_network(call: Call) -> bool:
    return key(call.words.get("namespace", "")) == "microsoft.network"


def _right(call: Call, collection: str) -> str | None:
    return f"Microsoft.Network/locations/{collection}/read" if _is_network(call) else None


def _find(call: Call, id_: str | None) -> Operation:
    operation = None if id_ is None else call.azure.operations.find(id_)
    if operation is None:
        raise NetworkNotFound(call.words["path"])
    return operation
