"""Asks the engine what this stack already holds."""

from __future__ import annotations

import time

import pulumi

from stack.state import STACK, State, parse_state
from wording import FlowLogsError

_READ = "pulumi:pulumi:readStackResourceOutputs"  # builtin function of the engine, 3.259


_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6)  # seconds before each further try


class StateError(FlowLogsError):
    """The stack's own state cannot be read."""


def read_state(outputs_of: str = STACK) -> State:
    """The state of the stack that this program runs for, before the run.

    ``outputs_of`` is the type of the resource whose outputs are of our contract: the stack, or the
    component in a stack of somebody else's. The engine may be writing the state at this moment, and
    a file backend then gives half a file, so a failure is tried again. Raises StateError; a state
    that cannot be read is never an empty one.
    """
    name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    for pause in _PAUSES:
        try:
            return _read(name, outputs_of)
        except Exception:  # the SDK raises nothing narrower for an invoke that the engine refused
            time.sleep(pause)
    try:
        return _read(name, outputs_of)
    except Exception as error:
        raise StateError(f"the state of {name} cannot be read: {error}; run again") from error


def _read(name: str, outputs_of: str) -> State:
    answer = pulumi.runtime.invoke(_READ, {"stackName": name}).value or {}
    return parse_state(answer.get("outputs") or {}, outputs_of)
