"""Flow logs and network watchers, registered by their type token with the provider's own names.

``pulumi_azure_native.network`` builds the classes of 290 kinds of resources when the first of them
is used, which takes longer than all the rest of a small run, and gives each flow log 33 aliases and
a dozen outputs that no stack of this program needs. What is registered is the same to the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from plan.resource_types import FLOW_LOG_TYPE, WATCHER_TYPE


class NetworkWatcher(pulumi.CustomResource):
    """A network watcher, of which there is one for a region of a subscription."""

    def __init__(
        self, name: str, inputs: Mapping[str, pulumi.Input[Any]], opts: pulumi.ResourceOptions
    ) -> None:
        """``inputs`` have the names of the provider's schema, such as ``networkWatcherName``."""
        super().__init__(WATCHER_TYPE, name, dict(inputs), opts)


class FlowLog(pulumi.CustomResource):
    """A flow log of a network watcher."""

    def __init__(
        self, name: str, inputs: Mapping[str, pulumi.Input[Any]], opts: pulumi.ResourceOptions
    ) -> None:
        """``inputs`` have the names of the provider's schema, such as ``targetResourceId``."""
        super().__init__(FLOW_LOG_TYPE, name, dict(inputs), opts)
