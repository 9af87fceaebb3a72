"""A member of an answer that is of another kind is one line, or harmless, to whoever reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from azure.core.exceptions import AzureError

from estate.cloud import Cloud, StaticToken
from estate.errors import EstateError
from estate.response import Response
from estate.response_shape import ARM_ID, RESOURCE_ID, TIME, Misfit, Needed, Shape, check
from tests.estate import check_readings, readings
from tests.estate.reading import GROUP, ID, SUBSCRIPTION, Reading

READINGS = {**readings.READINGS, **check_readings.READINGS}
JUNK: tuple[Any, ...] = (
    None,
    "",
    "x",
    7,
    1.5,
    True,
    [],
    [None],
    ["x"],
    [[]],
    {},
    {"x": 7},
    "\ud800",
)


@dataclass
class Replies:
    """Stands for whoever asks over HTTP: gives what it holds, by the end of the path."""

    answers: Mapping[str, Any]
    asked: list[str] = field(default_factory=list)

    def read(self, url: str, body: object = None) -> Response:
        """The answer of the URL's path."""
        path = url.partition("?")[0]
        end = next(end for end in self.answers if path.endswith(end))
        self.asked.append(end)
        content = json.dumps(self.answers[end]).encode()
        return Response("GET", url, 200, {"Content-Type": "application/json"}, content)


def _cloud(replies: Replies) -> Cloud:
    cloud = Cloud("https://management.test", "", StaticToken("x"), True, print)
    cloud.__dict__["_asker"] = replies
    return cloud


def _mutations(value: Any) -> Iterator[Any]:
    """The value with each of its members, however deep, replaced by each kind of junk, or gone."""
    yield from JUNK
    if isinstance(value, dict):
        for name in value:
            yield {key: kept for key, kept in value.items() if key != name}
            for inner in _mutations(value[name]):
                yield {**value, name: inner}
    if isinstance(value, list):
        for position in range(len(value)):
            for inner in _mutations(value[position]):
                yield [*value[:position], inner, *value[position + 1 :]]


@pytest.mark.parametrize("reading", READINGS.values(), ids=list(READINGS))
def test_a_member_of_another_kind_is_one_line_or_harmless(reading: Reading) -> None:
    replies = Replies(reading.answers)
    reading.read(_cloud(replies))
    assert set(replies.asked) == set(reading.answers)
    refused = 0
    for end, document in reading.answers.items():
        for mutated in _mutations(document):
            try:
                reading.read(_cloud(Replies({**reading.answers, end: mutated})))
            except (AzureError, EstateError) as error:
                refused += 1
                assert "\n" not in str(error)
    assert refused


@pytest.mark.parametrize(
    ("value", "shape", "problem"),
    [
        (None, Needed({}), "it is missing"),
        ([], {}, "it is a list, not an object"),
        ({"id": 7}, {"id": RESOURCE_ID}, "id is 7, not the ARM id of a resource"),
        ({"a": [{}]}, {"a": [{"b": Needed(str)}]}, "a[0].b is missing"),
        ({"a": [None]}, {"a": [{}]}, "a[0] is missing"),
        ({"a": True}, {"a": int}, "a is True, not a whole number"),
        ({"a": "yes"}, {"a": bool}, "a is 'yes', not true or false"),
        ({"a": "##vso[task]\n"}, {"a": int}, "a is '??vso?task??n', not a whole number"),
        ({"a": "x" * 99}, {"a": int}, f"a is '{'x' * 39}…, not a whole number"),
        ({"a": {"k": 1}}, {"a": {"*": str}}, "a.k is 1, not text"),
        ({"a": "2026-13-01T00:00:00Z"}, {"a": TIME}, "a is '2026-13-01T00:00:00Z', not a time"),
        ({"id": "/subscriptions/x/resourceGroups/y\n/providers/a/b/c"}, {"id": RESOURCE_ID}, "id"),
    ],
)
def test_a_misfit_names_the_member_and_the_rule(value: Any, shape: Shape, problem: str) -> None:
    with pytest.raises(Misfit) as error:
        check(value, shape)
    assert str(error.value).startswith(problem)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ({"a": ""}, {"a": {"b": Needed(str)}}),
        ({"a": None}, {"a": [str]}),
        ({"a": 3}, {"a": float}),
        (
            {"id": f"{GROUP}/providers/microsoft.insights/activityLogAlerts/my alert"},
            {"id": ARM_ID},
        ),
        ({"id": ID.upper()}, {"id": RESOURCE_ID}),
        ({"id": f"/subscriptions/{SUBSCRIPTION}"}, {"id": ARM_ID}),
    ],
)
def test_what_azure_writes_fits(value: Any, shape: Shape) -> None:
    check(value, shape)
