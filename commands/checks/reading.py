"""Reading from Azure, where what cannot be read is a finding and never passes for fine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from azure.core.exceptions import AzureError

from commands.checks.finding import NOT_CHECKED, Finding
from estate.cloud import one_line
from estate.discover import AT_ONCE

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def attempt(
    subject: str, what: str, read: Callable[[], _Result], unread: list[Finding]
) -> _Result | None:
    """What a read gives, or None and a finding in ``unread`` where Azure refuses it."""
    try:
        return read()
    except AzureError as error:
        unread.append(not_read(subject, what, error))
        return None


def not_read(subject: str, what: str, error: AzureError) -> Finding:
    """The finding for a refused read; ``what`` is read as in "its locks could not be read"."""
    return NOT_CHECKED.found(
        subject,
        f"{what} could not be read: {one_line(error)}",
        "give this identity the right that Azure names, or look at it by hand",
    )


def each(work: Callable[[_Item], _Result], items: Iterable[_Item]) -> list[_Result]:
    """The work on every item, some at a time, in the items' order."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(work, items))


def quiet(line: str) -> None:
    """Takes discovery's lines of progress and drops them."""
