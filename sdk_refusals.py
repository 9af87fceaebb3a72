"""What the SDK leaves out for a program that goes on after Azure refused one of its resources.

It ends the program where a resource depends on one that was refused, or takes an output of it.
So a program looks at the answer first, and names what was refused by its URN alone: the engine
then passes over the resource that depends on it, in Azure and in the state.
"""

from __future__ import annotations

import asyncio

import pulumi
from pulumi.resource import DependencyResource


async def registered(resource: pulumi.Resource) -> bool:
    """Whether the engine took a resource, once it has answered."""
    (urn,) = await asyncio.gather(resource.urn.future(), return_exceptions=True)
    return not isinstance(urn, BaseException)


async def by_urn(refused: pulumi.Resource, parent: pulumi.Resource) -> pulumi.Resource:
    """What to depend on in place of a refused resource, a child of ``parent``."""
    name, kind = refused.pulumi_resource_name, refused.pulumi_resource_type
    return DependencyResource(str(await pulumi.create_urn(name, kind, parent).future()))
