"""A resource of the azure-native provider, by its type token and the provider's own names.

The classes of ``pulumi_azure_native`` say the same to the engine, but its modules build hundreds of
them when the first is used (that of the network 290), which takes longer than all the rest of a
small run, and give each flow log 33 aliases and a dozen outputs that no stack of this program
needs. A plan holds properties as ARM spells them, which are the provider's with few exceptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

Inputs = Mapping[str, pulumi.Input[Any]]


class AzureResource(pulumi.CustomResource):
    """A resource of any type; ``outputs`` are those that others take, as attributes."""

    def __init__(
        self,
        type_token: str,
        name: str,
        inputs: Inputs,
        opts: pulumi.ResourceOptions,
        outputs: tuple[str, ...] = (),
    ) -> None:
        """``inputs`` have the names of the provider's schema, such as ``targetResourceId``."""
        super().__init__(type_token, name, {**dict.fromkeys(outputs), **inputs}, opts)
