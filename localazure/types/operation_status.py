"""The URLs that a long-running write names, and what they answer (see operations.py)."""

from __future__ import annotations

from localazure.answer import TEXT, Answer, Call
from localazure.arm_id import key
from localazure.errors import NetworkNotFound
from localazure.operations import Operation
from localazure.types.resource_groups import operation_in


class OperationStatus:
    """GET of `Azure-AsyncOperation`: 200 with a status, whatever the operation came to."""

    def action(self, call: Call) -> None:
        return None

    def answer(self, call: Call) -> Answer:
        operation = _find(call, call.words["operation"])
        headers = {} if operation.done else {"Retry-After": call.azure.operations.retry_after()}
        return Answer(200, operation.status(), headers)


class OperationResult:
    """GET of `Location`: 202 while it lasts, then what the operation came to."""

    def action(self, call: Call) -> None:
        return None

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
        if key(call.words.get("namespace", "")) != "microsoft.network":
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


def _find(call: Call, id_: str | None) -> Operation:
    operation = None if id_ is None else call.azure.operations.find(id_)
    if operation is None:
        raise NetworkNotFound(call.words["path"])
    return operation
