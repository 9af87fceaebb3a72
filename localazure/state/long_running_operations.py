"""Long-running operations: what a write starts, and what polling its URLs answers.

Recorded (azure-cli test_nw_flow_log_delete, azure-libraries-for-net CreateUpdate): the header
`Azure-AsyncOperation` leads to `{"status": "InProgress"}` and then `{"status": "Succeeded"}`;
`Location` leads to 202 and then, for a delete, 204.
"""

from __future__ import annotations

import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from localazure.errors.base import ArmError
from localazure.errors.network import AnotherOperationInProgress
from localazure.server.response import Response

REMEMBERED = 10_000
"""Operations kept for polling; older finished ones are forgotten."""


@dataclass(slots=True)
class Operation:
    """One accepted write: `finish` makes it true once it is due."""

    id: str
    due: float
    holds: frozenset[str]
    """Keys of the ids that nothing else may write meanwhile."""
    finish: Callable[[], None]
    result: Callable[[], Response]
    """What `Location` answers in the end."""
    failure: ArmError | None = None
    done: bool = False
    ended: Callable[[], None] | None = None
    """What else is to be done once it is."""

    def status(self) -> dict[str, object]:
        """Body of the URL in `Azure-AsyncOperation`."""
        if not self.done:
            return {"status": "InProgress"}
        if self.failure is not None:
            return {"status": "Failed", **self.failure.body()}
        return {"status": "Succeeded"}


class Operations:
    """All operations; each takes `latency` seconds, at zero it is done by the next request."""

    def __init__(self, latency: float) -> None:
        self.latency = latency
        self.newest: Operation | None = None
        """The one that was begun last."""
        self._known: OrderedDict[str, Operation] = OrderedDict()
        self._pending: dict[str, Operation] = {}

    def start(
        self,
        holds: Iterable[str],
        finish: Callable[[], None],
        result: Callable[[], Response],
        failure: ArmError | None = None,
    ) -> Operation:
        """Begins one; raises AnotherOperationInProgress if an unfinished one holds the same id."""
        ids = frozenset(holds)
        self.check_free(ids)
        due = time.monotonic() + self.latency
        operation = Operation(str(uuid.uuid4()), due, ids, finish, result, failure)
        self._known[operation.id] = self._pending[operation.id] = operation
        self.newest = operation
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return operation

    def check_free(self, holds: Iterable[str]) -> None:
        """Raises AnotherOperationInProgress if an unfinished operation holds one of these keys."""
        wanted = frozenset(holds)
        for pending in self._pending.values():
            if pending.holds & wanted:
                raise AnotherOperationInProgress(pending.id)

    def holds_below(self, start: str) -> bool:
        """True if an unfinished operation holds a key that starts so."""
        return any(
            id_.startswith(start) for pending in self._pending.values() for id_ in pending.holds
        )

    def settle(self, everything: bool = False) -> bool:
        """Finishes what is due, or everything, and says whether there was any.

        Called before each request and before saving.
        """
        now = time.monotonic()
        due = [each for each in self._pending.values() if everything or each.due <= now]
        for operation in due:
            operation.finish()
            operation.done = True
            if operation.ended is not None:
                operation.ended()
            del self._pending[operation.id]
        return bool(due)

    def find(self, id_: str) -> Operation | None:
        return self._known.get(id_)

    def retry_after(self) -> str:
        """Whole seconds, rounded up. Azure says 3 to 15 whatever the operation needs."""
        return str(-int(-self.latency // 1))
