"""Waiting for others: bounded, and reported where it takes longer than a moment."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from contextvars import copy_context
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Thread
from typing import TypeVar

from printable import printable

ANNOUNCED = 5.0  # seconds; a pause of this length or more is reported
SLOW = 10.0  # seconds without an answer before it is reported
PAUSES = (0.8, 1.6, 3.2, 6.4, 12.8, 25.6)  # seconds before each further try, where nobody says more
LONGEST = 300.0  # seconds that one question may be put off for

Say = Callable[[str], None]
_Result = TypeVar("_Result")
_QUOTA = re.compile(r"(\d{1,3}):(\d\d):(\d\d)")


def to_stderr(line: str) -> None:
    """Tells the user of a command, whose stdout may be a document."""
    print(printable(line), file=sys.stderr, flush=True)


def within(seconds: float, work: Callable[[], _Result], what: str, say: Say) -> _Result:
    """Result of the work. Raises TimeoutError after this many seconds, and lets the work go on.

    It runs in a thread of its own: who sends a byte a minute resets every timeout of a socket.
    """
    done: Future[_Result] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # raised again where the result is asked for
            done.set_exception(error)

    Thread(target=copy_context().run, args=(run,), daemon=True).start()
    slow = min(SLOW, seconds)
    if not wait([done], slow).done and slow < seconds:
        say(f"{what}: no whole answer after {slow:.0f} seconds; waiting up to {seconds:.0f}")
        wait([done], seconds - slow)
    if not done.done():
        raise TimeoutError
    return done.result()


def asked_for(headers: Mapping[str, str]) -> float | None:
    """Seconds that an answer asks to wait; None where it does not, or in words that mean nothing.

    ``Retry-After`` is seconds or a date (RFC 9110). Resource Graph's 429 may have
    ``x-ms-user-quota-resets-after`` (hh:mm:ss) alone ("Guidance for throttled requests").
    """
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdecimal():
        return float(said)
    renewed = renewed_after(headers)
    return _until(said) if renewed is None else renewed


def renewed_after(headers: Mapping[str, str]) -> float | None:
    """Seconds until Resource Graph's quota is renewed; None where the answer does not say."""
    found = _QUOTA.fullmatch(headers.get("x-ms-user-quota-resets-after", "").strip())
    if found is None:
        return None
    hours, minutes, seconds = map(float, found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _until(date: str) -> float | None:
    try:
        then = parsedate_to_datetime(date)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
