"""The bounded window: never more unresolved than its width, and no resource stops another."""

from __future__ import annotations

import asyncio

import pytest

from components.window import register


class Registration:
    """Stands for a resource: its URN resolves, or fails, a little later."""

    def __init__(self, counter: Counter, fails: bool = False) -> None:
        self._counter = counter
        self._fails = fails
        counter.pending += 1
        counter.most = max(counter.most, counter.pending)

    @property
    def urn(self) -> Registration:
        return self

    async def future(self) -> str:
        await asyncio.sleep(0)
        self._counter.pending -= 1
        if self._fails:
            raise RuntimeError("Azure refused it")
        return "urn"


class Counter:
    """How many registrations are pending, and how many were at most."""

    def __init__(self) -> None:
        self.pending = 0
        self.most = 0


def test_never_more_pending_than_the_width() -> None:
    counter = Counter()
    made = asyncio.run(register(range(20), lambda _: Registration(counter), 4))  # type: ignore[arg-type,return-value]
    assert (made, counter.most) == (20, 4)


def test_a_refused_one_stops_no_other() -> None:
    counter = Counter()
    made = asyncio.run(
        register(range(10), lambda number: Registration(counter, fails=number == 3), 2)  # type: ignore[arg-type,return-value]
    )
    assert (made, counter.pending) == (10, 0)


def test_a_fault_of_the_program_itself_is_raised() -> None:
    def broken(number: int) -> Registration:
        raise ValueError(f"item {number}")

    with pytest.raises(ValueError, match="item 0"):
        asyncio.run(register(range(2), broken, 2))  # type: ignore[arg-type]
