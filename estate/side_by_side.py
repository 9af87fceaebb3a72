"""Work of which one part does not wait for another: done some at a time, in threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import TypeVar

AT_ONCE = 8  # requests; a pipeline's machine has few cores, and ARM throttles by subscription

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class SideBySide:
    """Work that is done some at a time, in the caller's context; a block, whose end waits for all.

    What is not begun when the block ends with an error is left undone.
    """

    def __init__(self) -> None:
        """Nothing is begun yet."""
        self._pool = ThreadPoolExecutor(AT_ONCE)

    def start(self, work: Callable[[], _Result]) -> Future[_Result]:
        """Begins the work as soon as there is a place."""
        return self._pool.submit(copy_context().run, work)

    def __enter__(self) -> SideBySide:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._pool.shutdown(cancel_futures=kind is not None)


def each(work: Callable[[_Item], _Result], items: Iterable[_Item]) -> list[_Result]:
    """The work on every item, some at a time, in the items' order and in the caller's context."""
    with SideBySide() as working:
        begun = [working.start(partial(work, item)) for item in items]
        return [done.result() for done in begun]
