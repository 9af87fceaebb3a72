"""Reading from Azure, where what cannot be read is a finding and never passes for fine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from azure.core.exceptions import AzureError

from commands.checks.finding import NOT_CHECKED, Finding
from estate.response import one_line

READ_AGAIN = (
    "run it again once Azure answers; if it refuses what is asked, give this identity Reader at "
    "each subscription as a whole"
)

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


def unanswered(error: AzureError) -> str:
    """The line for a question without which there is nothing to judge."""
    return f"Azure could not be read: {one_line(error)}. Way out: {READ_AGAIN}"


def quiet(line: str) -> None:
    """Takes discovery's lines of progress and drops them."""
