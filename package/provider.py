"""The provider of the component: one line for what a user can put right, no traceback."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pulumi
from pulumi.errors import InputPropertiesError
from pulumi.provider import ConstructResult, main
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError

import sdk_debug_lines
from package.component import FlowLogging, settings_of
from printable import printable
from stack.settings.mistakes import SettingsError
from wording import PROJECT, Audience, FlowLogsError, speaking_to

VERSION = "1.0.0"  # that of pyproject.toml


class FlowLogsProvider(ComponentProvider):
    """Serves ``flow-logs:index:FlowLogging``; its schema comes from the annotations."""

    def __init__(self) -> None:
        """Makes the schema."""
        super().__init__([FlowLogging], PROJECT, version=VERSION)
        self._names: dict[str, str] = {}

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: Any,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Builds the component in the stack that asks.

        Arguments are checked as they came, since what the SDK makes of them drops unknown names.
        Raises InputPropertiesError, which the engine shows as it is.
        """
        with speaking_to(Audience.ARGUMENTS), _one_line():
            self._refuse_second(name)
            _refuse_outputs(inputs)
            settings_of(inputs)
            return super().construct(name, resource_type, inputs, options)

    def _refuse_second(self, name: str) -> None:
        """Two would name their children alike, and each would count the other's as its own."""
        stack = f"{pulumi.get_project()}/{pulumi.get_stack()}"
        first = self._names.setdefault(stack, name)
        if first != name:
            raise SettingsError(
                f"{stack} has a FlowLogging already, {first!r}; one takes any number of "
                "subscriptions, so add yours to its argument subscriptions"
            )


def _refuse_outputs(inputs: Any) -> None:
    for name, value in inputs.items():
        if isinstance(value, pulumi.Output):
            raise SettingsError(
                f"{name} is an output of a resource, or a secret; it must be a plain value, since "
                "what exists is decided before the run"
            )


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except ComponentInitError as error:
        if isinstance(error.inner, FlowLogsError):
            _refuse(error.inner)
        raise
    except FlowLogsError as error:
        _refuse(error)


def _refuse(error: Exception) -> NoReturn:
    # An empty list, since without one the SDK 3.259 fails to tell the error.
    raise InputPropertiesError(printable(str(error)), []) from error


def serve(arguments: list[str]) -> None:
    """Serves the engine whose address is the first of the arguments; prints the port.

    The SDK's debug lines are somebody else's to want: FLOW_LOGS_SDK_DEBUG_LINES=off leaves them out
    of runs that do not ask for them.
    """
    if os.environ.get("FLOW_LOGS_SDK_DEBUG_LINES") == "off":
        sdk_debug_lines.leave_out()
    main(FlowLogsProvider(), arguments)
