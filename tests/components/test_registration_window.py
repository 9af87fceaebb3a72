"""The bounded window: never more at a time than its width, and a fault of the program is told."""

from __future__ import annotations

import asyncio

import pytest

from components.registration_window import in_window


def test_never_more_at_a_time_than_the_width() -> None:
    pending: list[int] = []
    most: list[int] = []

    async def register(number: int) -> None:
        pending.append(number)
        most.append(len(pending))
        await asyncio.sleep(0)
        pending.remove(number)

    assert asyncio.run(in_window(range(20), register, 4)) == 20
    assert max(most) == 4


def test_a_fault_of_the_program_itself_is_raised_once_the_others_are_through() -> None:
    done: list[int] = []

    async def register(number: int) -> None:
        if not number:
            raise ValueError("item 0")
        done.append(number)

    with pytest.raises(ValueError, match="item 0"):
        asyncio.run(in_window(range(3), register, 2))
    assert done == [1, 2]
