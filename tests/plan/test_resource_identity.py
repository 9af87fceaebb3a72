"""Which id, name and import a planned resource gets, whatever Azure and the state know of it."""

from __future__ import annotations

import pytest

from plan.naming import logical_name
from plan.resource_identity import identity
from stack.state import State

TYPE = "a:b:C"
ID = "/subscriptions/s/resourceGroups/rg/providers/a.b/things/Thing"
SENT = ID.replace("rg", "RG").replace("Thing", "THING")


def state(*, held: bool, sent: bool) -> State:
    """A state that may hold the resource, and may have sent its id in another letter case."""
    resources = frozenset({(TYPE, logical_name(ID))} if held else ())
    return State(resources=resources, spellings={ID.casefold(): SENT} if sent else {})


@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize("exists", [False, True])
def test_what_exists_and_is_not_held_is_imported_as_it_is_declared(
    exists: bool, held: bool, sent: bool
) -> None:
    found = identity(TYPE, ID, state(held=held, sent=sent), exists=exists)
    spelled = SENT if sent else ID
    assert found["id"] == spelled
    assert found["name"] == spelled.rpartition("/")[2]
    assert found["import_id"] == (spelled if exists and not held else None)
    assert found["exists"] is exists
    assert found["logical_name"] == logical_name(ID) == logical_name(SENT)
