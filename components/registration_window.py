"""Registers many resources with few unresolved at a time.

The Python SDK waits by looping over all pending outputs, so a thousand resources registered at once
take far more than ten times a hundred; and Azure fails parallel creates under one network watcher
(terraform-provider-azurerm issues 13703, 14745).
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

PREVIEW_WIDTH = 16  # unresolved flow logs in a preview; the fastest of 8 to 100, by a little
UPDATE_WIDTH = 4  # unresolved flow logs under one watcher in an update; see scripts/bench --updates

_Item = TypeVar("_Item")


def collect_rarely() -> None:
    """Has Python look for garbage less often from here to the end of the process.

    A plan and what registering leaves live to the end of a run, and are looked through in vain: in
    a run of 3,000 flow logs that takes a sixth of the time.
    """
    gc.freeze()
    gc.set_threshold(5_000, 50, 50)


async def in_window(
    items: Iterable[_Item], register: Callable[[_Item], Awaitable[object]], width: int
) -> int:
    """Registers a resource per item, at most ``width`` at a time; returns how many there are.

    An exception is raised once the others are through.
    """
    gate = asyncio.Semaphore(width)
    results = await asyncio.gather(
        *(_one(item, register, gate) for item in items), return_exceptions=True
    )
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return len(results)


async def _one(
    item: _Item, register: Callable[[_Item], Awaitable[object]], gate: asyncio.Semaphore
) -> None:
    async with gate:
        await register(item)
