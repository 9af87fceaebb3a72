"""Registers many resources with few unresolved at a time.

The Python SDK waits by looping over all pending outputs, so a thousand resources registered at once
take far more than ten times a hundred; and Azure fails parallel creates under one network watcher
(terraform-provider-azurerm issues 13703, 14745).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

PREVIEW_WIDTH = 50  # unresolved flow logs in a preview, where nothing but memory limits
UPDATE_WIDTH = 4  # unresolved flow logs under one watcher in an update

_Item = TypeVar("_Item")


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
