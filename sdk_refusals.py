"""Whether the engine took a resource, for a program that goes on after Azure refused one.

The SDK (3.272) tells it by what is known alone. In an update it knows what a resource was given,
also of one that `--target` leaves out or that the engine passed over since what it stands on was
refused; of a refused one it knows nothing but the URN, and the id where it exists. Where the run
ends at a refusal, everything raises.
"""

from __future__ import annotations

import asyncio

import pulumi

_IDENTITY = ("urn", "id")


async def registered(resource: pulumi.Resource) -> bool:
    """Whether the engine took a resource, once it has answered; in a preview it takes all."""
    told = [
        value
        for name, value in vars(resource).items()
        if isinstance(value, pulumi.Output) and name not in _IDENTITY
    ]
    known = await asyncio.gather(*(each.is_known() for each in told), return_exceptions=True)
    if any(isinstance(each, BaseException) for each in known):
        return False
    return pulumi.runtime.is_dry_run() or any(known)
