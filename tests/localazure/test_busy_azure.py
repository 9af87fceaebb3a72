"""An Azure that is busy: parallel writes, failures among them, and throttling."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.localazure.contoso import (
    ESTATE,
    GRAPH,
    HUB,
    NETWORK,
    PAYMENTS,
    PROD,
    SHOP,
    VAULT_NIC,
    WATCHER,
    WEB,
    flow_log,
)
from tests.localazure.files import refused
from tests.servers import PATIENCE, LocalAzure, Reply

Start = Callable[..., LocalAzure]
LONG = 3600
"""Seconds: an operation or a window that does not end while a test lasts."""
FIRST, SECOND = f"{WATCHER}/flowLogs/first", f"{WATCHER}/flowLogs/second"


def put(azure: LocalAzure, id_: str, target: str) -> Reply:
    return azure.call("PUT", id_, flow_log(target), NETWORK)


def recorded(shared_data: Path, code: str) -> dict[str, Any]:
    """The recorded error body of a code."""
    lines = (shared_data / "errors" / "recorded_errors.jsonl").read_text().splitlines()
    found = next(each for each in map(json.loads, lines) if each["code"] == code)
    body: dict[str, Any] = json.loads(found["body"])
    assert found["status"] == 409
    return body


def reported(shared_data: Path, code: str) -> dict[str, Any]:
    listed = json.loads((shared_data / "errors" / "reported_errors.json").read_text())
    found: dict[str, Any] = next(each for each in listed if each.get("code") == code)
    return found


def test_two_writes_on_one_target_at_once_meet(local_azure: Start, shared_data: Path) -> None:
    azure = local_azure(ESTATE, latency=LONG)
    made = put(azure, FIRST, SHOP)
    again = put(azure, FIRST, SHOP)
    deleted = azure.call("DELETE", FIRST, version=NETWORK)
    elsewhere = put(azure, SECOND, PAYMENTS)

    assert (made.status, elsewhere.status) == (201, 201)
    wanted = recorded(shared_data, "AnotherOperationInProgress")["error"]
    for refusal in (again, deleted):
        assert (refusal.status, refusal.code) == (409, "AnotherOperationInProgress")
        said = refusal.body["error"]
        start = wanted["message"].rpartition(":")[0]
        assert (said["message"].rpartition(":")[0], said["details"]) == (start, wanted["details"])


def test_every_second_creation_that_meets_another_fails_and_can_be_repaired(
    local_azure: Start, shared_data: Path
) -> None:
    azure = local_azure(ESTATE, latency=0.5, flaky=2)
    targets = {"a": SHOP, "b": PAYMENTS, "c": VAULT_NIC}
    made = {name: put(azure, f"{WATCHER}/flowLogs/{name}", on) for name, on in targets.items()}
    states = {name: settled(azure, f"{WATCHER}/flowLogs/{name}") for name in targets}

    assert states == {"a": "Succeeded", "b": "Succeeded", "c": "Failed"}
    outcome = azure.call("GET", made["c"].headers["azure-asyncoperation"]).body
    wanted = reported(shared_data, "InternalServerError")
    assert outcome == {
        "status": "Failed",
        "error": {name: wanted[name] for name in ("code", "message", "details")},
    }
    assert put(azure, f"{WATCHER}/flowLogs/c", VAULT_NIC).status == 200
    assert settled(azure, f"{WATCHER}/flowLogs/c") == "Succeeded"


def settled(azure: LocalAzure, id_: str) -> str:
    """The state that a flow log comes to."""
    deadline = time.monotonic() + PATIENCE
    while True:
        properties = azure.call("GET", id_, version=NETWORK).body["properties"]
        if properties["provisioningState"] != "Updating":
            return str(properties["provisioningState"])
        assert time.monotonic() < deadline, "the operation never ended"
        time.sleep(0.05)


def test_every_answer_says_how_many_requests_are_left(local_azure: Start) -> None:
    azure = local_azure(ESTATE)
    read = azure.call("GET", WEB, version=NETWORK).headers
    again = azure.call("GET", WEB, version=NETWORK).headers
    written = put(azure, FIRST, SHOP).headers
    deleted = azure.call("DELETE", FIRST, version=NETWORK).headers
    missing = azure.call("GET", SECOND, version=NETWORK)

    name = "x-ms-ratelimit-remaining-subscription"
    assert (read[f"{name}-reads"], again[f"{name}-reads"]) == ("1099", "1098")
    assert (read[f"{name}-global-reads"], again[f"{name}-global-reads"]) == ("16499", "16498")
    assert (written[f"{name}-writes"], written[f"{name}-global-writes"]) == ("799", "11999")
    assert (deleted[f"{name}-deletes"], deleted[f"{name}-global-deletes"]) == ("799", "11999")
    assert missing.code == "ResourceNotFound"
    assert not any(each.startswith(name) for each in missing.headers)


def test_too_many_reads_of_a_subscription_are_refused_and_others_are_not(
    local_azure: Start, shared_data: Path
) -> None:
    azure = local_azure(ESTATE, quota=f"2/{LONG}")
    answers = [azure.call("GET", WEB, version=NETWORK) for _ in range(3)]
    elsewhere = azure.call("GET", f"{HUB}/resourceGroups", version="2024-03-01")
    written = put(azure, FIRST, SHOP)

    assert [each.status for each in answers] == [200, 200, 429]
    assert (elsewhere.status, written.status) == (200, 201)
    wanted = reported(shared_data, "SubscriptionRequestsThrottled")
    assert answers[2].code == wanted["code"]
    seconds = answers[2].headers["retry-after"]
    assert 0 < int(seconds) <= LONG
    assert answers[2].headers["x-ms-ratelimit-remaining-subscription-reads"] == "0"
    said = answers[2].body["error"]["message"]
    assert f"subscription '{PROD.rpartition('/')[2]}'" in said
    assert f"after '{seconds}' seconds" in said
    assert anybody(said) == anybody(wanted["message"])


def anybody(message: str) -> str:
    """The message without ids and numbers."""
    return re.sub(r"'[0-9a-f-]+'", "'…'", message)


def test_too_many_queries_are_refused_with_the_graphs_own_headers(local_azure: Start) -> None:
    azure = local_azure(ESTATE, quota=f"1/{LONG}")
    first, second = (azure.call("POST", GRAPH, {"query": "resources | take 1"}) for _ in range(2))

    assert (first.status, first.headers["x-ms-user-quota-remaining"]) == (200, "0")
    assert (second.status, second.code) == (429, "RateLimiting")
    assert second.headers["x-ms-user-quota-resets-after"] in ("01:00:00", "00:59:59")
    assert second.body["error"]["details"][0]["code"] == "RateLimiting"


def test_requests_are_taken_again_in_the_next_window(local_azure: Start) -> None:
    azure = local_azure(ESTATE, quota="1/0.5")
    deadline = time.monotonic() + PATIENCE
    taken = 0
    while taken < 2:
        taken += azure.call("GET", WEB, version=NETWORK).status == 200
        assert time.monotonic() < deadline, "the window never began anew"


@pytest.mark.slow
def test_options_that_are_none() -> None:
    for option, value, rule in (
        ("--quota", "many", "a quota is requests and seconds, such as 100/5"),
        ("--flaky", "-1", "a count is 0 or more"),
        ("--flaky", "few", "a count is 0 or more, not 'few'"),
        ("--quota", "5/soon", "seconds are 0 to 3600, not 'soon'"),
        ("--graph-lag", "9999", "seconds are 0 to 3600, not '9999'"),
        ("--latency", "soon", "seconds are 0 to 3600, not 'soon'"),
        ("--latency", "nan", "seconds are 0 to 3600, not 'nan'"),
        ("--port", "http", "a port is 0 to 65535, not 'http'"),
        ("--port", "70000", "a port is 0 to 65535, not '70000'"),
    ):
        said = wrong_use(option, value)
        assert f"argument {option}: {rule}" in said


def wrong_use(option: str, value: str) -> str:
    """What the command says last to an option that is none."""
    return refused("--estate", ESTATE, "--port", 0, option, value, usage=True)
