"""No estate, however odd, breaks the server: it is taken or refused in one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from enum import Enum, auto
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localazure.authorization.rights import Rights
from localazure.errors.base import ArmError
from localazure.server.files import FileProblem
from localazure.server.request import Request
from localazure.server.routing import route
from localazure.state.arm_id import GROUP_TYPE, TENANT, key, parse
from localazure.state.azure import Azure
from localazure.state.estate_file import read_estate
from localazure.state.long_running_operations import Operations
from localazure.state.store import Store
from localazure.types.registry import TYPES
from tests.localazure.contoso import ESTATE, GRAPH
from tests.localazure.files import file

pytestmark = pytest.mark.slow

Place = tuple[str | int, ...]
"""The way to a value: names of members, positions in lists."""

SAMPLES = [json.loads(each.read_bytes()) for each in (ESTATE, ESTATE.with_name("faulty.json"))]
VALUES: tuple[Any, ...] = (
    None,
    [],
    {},
    "",
    "nsg-us",
    "two\nlines",
    7,
    True,
    [None],
    {"id": None},
    {"id": "x"},
)


class Odd(Enum):
    """What may become of a value, but for another one in its place."""

    DROPPED = auto()
    DOUBLED = auto()


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    """Every value in a JSON document, but the whole."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for name, each in inner:
        yield (*here, name)
        if isinstance(each, dict | list):
            yield from places(each, (*here, name))


PLACES = [list(places(each)) for each in SAMPLES]


Mistakes = tuple[int, list[tuple[Place, Any]]]
"""Which sample, and what becomes of the values at some places."""


@st.composite
def mistakes(draw: st.DrawFn) -> Mistakes:
    """One to three values of a sample dropped, doubled or replaced."""
    number = draw(st.sampled_from(range(len(SAMPLES))))
    one = st.tuples(st.sampled_from(PLACES[number]), st.sampled_from((*Odd, *VALUES)))
    return number, draw(st.lists(one, min_size=1, max_size=3))


def with_mistakes(made: Mistakes) -> Any:
    number, changes = made
    estate = deepcopy(SAMPLES[number])
    for place, value in changes:
        change(estate, place, value)
    return estate


def change(estate: Any, place: Place, value: Any) -> None:
    holder = estate
    try:
        for name in place[:-1]:
            holder = holder[name]
        present = holder[place[-1]]
    except (KeyError, IndexError, TypeError):
        return  # An earlier change took it away.
    if value is Odd.DROPPED:
        del holder[place[-1]]
    elif value is not Odd.DOUBLED:
        holder[place[-1]] = value
    elif isinstance(holder, list):
        holder.append(deepcopy(present))


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=mistakes())
def test_odd_estates(tmp_path: Path, made: Mistakes) -> None:
    path = file(tmp_path, "estate.json", with_mistakes(made))
    try:
        store = read_estate(path)
    except FileProblem as problem:
        assert str(problem).startswith(f"{path}: ")
        assert len(str(problem).splitlines()) == 1
    else:
        ask(store)


def ask(store: Store) -> None:
    """Reads every resource, all by Resource Graph, and deletes every group."""
    azure = Azure(store, Operations(0), Rights())
    for resource in list(store):
        answer(azure, "GET", resource["id"])
    answer(azure, "POST", GRAPH.partition("?")[0], {"query": "resources | project id, tags"})
    for group in store.of_type(GROUP_TYPE, TENANT):
        answer(azure, "DELETE", group["id"])
    azure.operations.settle(everything=True)


def answer(azure: Azure, method: str, path: str, body: Any = None) -> None:
    """Asks in a version that there is; a refusal of ARM's is an answer too."""
    endpoint, words = route(method, path)
    id_ = parse(path)
    known = TYPES.get(key(id_.type))
    version = "2024-04-01" if known is None else known.versions.last
    call = Request(method, id_, {"api-version": version}, body, "", azure, {**words, "path": path})
    try:
        endpoint.answer(call)
    except ArmError as error:
        assert error.status in (404, 409, 501), (method, path, error.message)
