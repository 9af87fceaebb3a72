"""Registers many resources with few unresolved at a time.

The Python SDK waits by looping over all pending outputs, so a thousand resources registered at once
take far more than ten times a hundred; and Azure fails parallel creates under one network watcher
(terraform-provider-azurerm issues 13703, 14745).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import pulumi

_Item = TypeVar("_Item")


async def register(
    items: Iterable[_Item], make: Callable[[_Item], pulumi.Resource], width: int
) -> int:
    """Makes a resource per item, at most ``width`` not yet registered; returns how many it made.

    A refused resource is the engine's to report and stops no other. An exception of ``make`` is
    raised, once the others are through.
    """
    gate = asyncio.Semaphore(width)
    results = await asyncio.gather(
        *(_one(item, make, gate) for item in items), return_exceptions=True
    )
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return len(results)


async def _one(
    item: _Item, make: Callable[[_Item], pulumi.Resource], gate: asyncio.Semaphore
) -> None:
    async with gate:
        await _settled(make(item).urn.future())


async def _settled(registration: Awaitable[object]) -> None:
    await asyncio.gather(registration, return_exceptions=True)
