"""Data that the policies of one call share, so that it is made only once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from flowlog_guard.stack import Stack

_PROPERTIES: ContextVar[Mapping[str, object] | None] = ContextVar("properties", default=None)
_STACK: ContextVar[Stack | None] = ContextVar("stack", default=None)


@contextmanager
def sharing_properties(properties: Mapping[str, object]) -> Iterator[None]:
    """Within, `properties()` gives these."""
    token = _PROPERTIES.set(properties)
    try:
        yield
    finally:
        _PROPERTIES.reset(token)


@contextmanager
def sharing_stack(stack: Stack) -> Iterator[None]:
    """Within, `stack()` gives this one."""
    token = _STACK.set(stack)
    try:
        yield
    finally:
        _STACK.reset(token)


def properties() -> Mapping[str, object] | None:
    """The properties of the resource that is being judged; None outside our own server."""
    return _PROPERTIES.get()


def stack() -> Stack | None:
    """The stack that is being judged; None outside our own server."""
    return _STACK.get()
