"""What the activity log answers: events of an estate, filters, pages, rights."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.localazure.contoso import (
    DEV,
    ESTATE,
    HUB,
    PROD,
    RESOURCES,
    SHOP,
    resource,
)
from tests.localazure.files import file, refused
from tests.localazure.insights.activity import (
    ENTRY,
    GROUP,
    RULE,
    VALUES,
    WRITTEN,
    Start,
    ago,
    ask,
    estate,
    event,
    told,
)
from tests.recordings import read_recording, recordings
from tests.servers import LocalAzure


def test_an_estate_has_events_of_its_own(local_azure: Start, tmp_path: Path) -> None:
    azure = local_azure(
        estate(
            tmp_path,
            event("-P3D", caller="eve@contoso.example", status={"value": "Failed"}),
            event("-PT2H"),
            event("-P100D"),
        )
    )
    assert len(ask(azure).body["value"]) == 1
    recent, old = ask(azure, start=ago(days=80)).body["value"]
    assert recent["eventTimestamp"] > ago(hours=2.1)
    assert (old["caller"], old["level"]) == ("eve@contoso.example", "Error")
    assert told([recent]) == [("EndRequest", "Succeeded", "")]
    assert recent["operationName"] == {"value": WRITTEN, "localizedValue": WRITTEN}
    ticks = int(recent["id"].rpartition("/ticks/")[2])
    born = datetime(1, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks / 10)
    assert abs(born - datetime.fromisoformat(recent["eventTimestamp"])) < timedelta(seconds=1)
    assert azure.call("GET", f"{PROD}/resources", version=RESOURCES).status == 200
    assert azure.call("GET", ENTRY, version="2015-04-01").status == 501


MISFITS: list[tuple[Any, str]] = [
    ({"events": [event("yesterday")]}, "'events[0].eventTimestamp' must be a time such as"),
    ({"events": [event("-P3D", id_="vm")]}, "'events[0].resourceId' must be the id of"),
    ({"events": [event("-P3D", id_=RULE.replace(PROD, DEV))]}, "belongs to another subscription"),
    ({"events": [{"resourceId": RULE}]}, "'events[0].eventTimestamp' is missing"),
    ({}, "'events' is missing"),
    ({"id": ENTRY.replace("management", "x"), "events": []}, f"must be '{ENTRY}'"),
    (
        {
            "id": ENTRY.replace(PROD, "/subscriptions/none"),
            "events": [event("-P3D", id_="/subscriptions/none/resourceGroups/x")],
        },
        "is in '/subscriptions/none', which has no entry",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("entry", "said"), MISFITS)
def test_events_that_do_not_fit_are_refused(
    tmp_path: Path, entry: dict[str, Any], said: str
) -> None:
    entries = [*json.loads(ESTATE.read_text()), {"id": ENTRY, **entry}]
    path = file(tmp_path, "estate.json", entries)
    assert said in refused("--estate", path, "--port", 0)


FILTERS = [
    (f" and resourceGroupName eq '{GROUP.upper()}'", {"rule", "network"}),
    (f" and resourceUri eq '{RULE}'", {"rule"}),
    (" and resourceProvider eq 'microsoft.storage'", {"account"}),
    (" and correlationId eq 'c'", {"network"}),
    (f" and eventTimestamp le '{ago(hours=2.5)}'", {"account"}),
    (f" and eventTimestamp le {ago(hours=1.5)} and resourceGroupName eq {GROUP}", {"network"}),
    ("", {"rule", "network", "account"}),
]


@pytest.fixture(scope="module")
def filled(local_azure: Start, tmp_path_factory: pytest.TempPathFactory) -> LocalAzure:
    account = resource(PROD, "rg-prod-monitoring", "Microsoft.Storage/storageAccounts", "one")
    events = (
        event("-PT3H", account, "Microsoft.Storage/storageAccounts/write", caller="account"),
        event("-PT2H", SHOP, caller="network", correlationId="c"),
        event("-PT1H", caller="rule"),
    )
    return local_azure(estate(tmp_path_factory.mktemp("log"), *events))


@pytest.mark.parametrize(("text", "callers"), FILTERS, ids=range(len(FILTERS)))
def test_each_documented_filter(filled: LocalAzure, text: str, callers: set[str]) -> None:
    assert {each["caller"] for each in ask(filled, text).body["value"]} == callers


@pytest.mark.parametrize(
    "text",
    [
        " and caller eq 'eve'",
        f" and resourceGroupName eq '{GROUP}' and resourceProvider eq 'Microsoft.Network'",
        " and resourceGroupName ge 'x'",
        " or resourceGroupName eq 'x'",
        " and eventTimestamp le 'noon'",
    ],
)
def test_other_filters_are_not_modelled(filled: LocalAzure, text: str) -> None:
    assert ask(filled, text).code == "NotModelled"


def test_a_start_is_needed_within_ninety_days(filled: LocalAzure) -> None:
    whole = filled.call("GET", f"{PROD}/{VALUES}", version="2015-04-01")
    assert (whole.status, whole.body["code"]) == (400, "BadRequest")
    assert ask(filled, start=ago(days=89.9)).status == 200
    early = ask(filled, start=ago(days=90.1))
    assert (early.status, early.body) == (
        400,
        {
            "code": "BadRequest",
            "message": "The start time cannot be more than 90 days in the past.",
        },
    )


def test_a_selection_keeps_the_id(filled: LocalAzure) -> None:
    chosen = ask(filled, "&$select=eventTimestamp,operationName").body["value"][0]
    assert set(chosen) == {"id", "eventTimestamp", "operationName"}
    assert ask(filled, "&$select=colour").code == "NotModelled"


def test_pages_of_two_hundred_lead_on(local_azure: Start, tmp_path: Path) -> None:
    events = [event(f"-PT{minute}M", caller=str(minute)) for minute in range(450)]
    azure = local_azure(estate(tmp_path, *events))
    reply, pages = ask(azure, f" and resourceGroupName eq '{GROUP}'&$select=caller"), []
    while True:
        pages.append([each["caller"] for each in reply.body["value"]])
        if len(pages) == 1:  # what comes meanwhile moves nothing
            azure.call("PATCH", f"{PROD}/resourceGroups/{GROUP}", {"tags": {}}, RESOURCES)
        if "nextLink" not in reply.body:
            break
        reply = azure.call("GET", reply.body["nextLink"])
    assert [len(page) for page in pages] == [200, 200, 50]
    assert [caller for page in pages for caller in page] == [str(each) for each in range(450)]


def test_the_log_needs_its_right_and_is_of_one_subscription(
    local_azure: Start, tmp_path: Path
) -> None:
    role = file(tmp_path, "role.json", {"Actions": ["Microsoft.Network/*"]})
    azure = local_azure(estate(tmp_path, event("-PT1H")), role=role)
    reply = ask(azure)
    assert reply.status == 403
    assert (
        "'microsoft.insights/eventtypes/values/read' over scope" in reply.body["error"]["message"]
    )
    read = {"Actions": ["Microsoft.Insights/eventtypes/values/Read"]}
    reader = local_azure(estate(tmp_path, event("-PT1H")), role=file(tmp_path, "r.json", read))
    assert len(ask(reader).body["value"]) == 1
    assert ask(reader, where=HUB).body == {"value": []}
    assert ask(reader, where="/subscriptions/none").code == "SubscriptionNotFound"


def test_the_recorded_log_is_told_the_same(
    local_azure: Start, shared_data: Path, tmp_path: Path
) -> None:
    (path,) = (each for each in recordings(shared_data) if "CanListEvents" in each.name)
    exchanges = [each for each in read_recording(path) if each.path.endswith("/management/values")]
    asked = next(each for each in exchanges if each.path.startswith("/subscriptions/"))
    listed = asked.answer["value"]
    subscription = "/".join(asked.path.split("/")[:3])
    shift = datetime.now(UTC) - datetime(2020, 4, 8, tzinfo=UTC)
    events = [
        {
            "eventTimestamp": _moved(each["eventTimestamp"], shift),
            "operationName": each["operationName"],
            "resourceId": each["resourceId"],
            "eventDataId": each["id"].split("/")[-3],
        }
        for each in reversed(listed)
    ]
    entry = {"id": f"{subscription}/providers/Microsoft.Insights/eventtypes/management"}
    azure = local_azure(
        file(tmp_path, "recorded.json", [{"id": subscription}, {**entry, "events": events}])
    )
    select = asked.query["$select"]
    uri = listed[0]["resourceId"]
    reply = ask(
        azure,
        f" and resourceUri eq '{uri}'&$select={select}",
        start=ago(days=80),
        where=subscription,
    )
    assert [set(each) for each in reply.body["value"]] == [set(each) for each in listed]
    assert [each["id"].split("/")[-3] for each in reply.body["value"]] == [
        each["id"].split("/")[-3] for each in listed
    ]


def _moved(time: str, shift: timedelta) -> str:
    return (datetime.fromisoformat(time) + shift).isoformat()
