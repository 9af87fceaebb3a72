"""Id, names and import of a planned resource: one rule for all of them."""

from __future__ import annotations

from typing import Any

from estate.arm_id import name_of
from plan.naming import logical_name
from stack.state import State


def identity(type_token: str, resource_id: str, state: State, *, exists: bool) -> dict[str, Any]:
    """The fields ``id``, ``name``, ``logical_name``, ``exists`` and ``import_id`` of ``Planned``.

    ``resource_id`` is what this program names the resource, or the id of one that it adopts. It is
    spelled as the stack last sent it: a name that changes in letter case only would make the engine
    replace the resource. A resource is imported exactly when it is in Azure and not in the state,
    by the same spelling that the program declares, since the engine compares the two; ARM takes any
    letter case.
    """
    spelled, logical = state.spelling(resource_id), logical_name(resource_id)
    imported = exists and not state.holds(type_token, logical)
    return {
        "id": spelled,
        "name": name_of(spelled),
        "logical_name": logical,
        "exists": exists,
        "import_id": spelled if imported else None,
    }
