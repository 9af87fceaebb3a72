"""Whatever Azure refuses, delays or drops in one run, the next plain run finishes.

Every scenario strikes a first `up`, or one that has something to change, and asks the same: an
exit code that tells the truth, one line for each thing that is wrong and no traceback, nothing lost
that was there; then a run without the fault that ends with exactly what a run without any fault
makes, and a third that changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench.estates import synthetic
from commands.shared.engine import Run
from tests.e2e.stage import Stage, stage

pytestmark = pytest.mark.faults

STACK = "dev"
SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
SETTINGS = {
    "location": "westeurope",
    "subscriptions": [SUBSCRIPTION],
    "alerts": {"emails": ["network@contoso.com"]},
}
CHANGED = {**SETTINGS, "retentionDays": 120, "trafficAnalyticsInterval": 10}
"""Changes every flow log in place."""
FLOW_LOGS = 3
"""Networks of the estate that hold a security group."""

GRAPH = "/providers/Microsoft.ResourceGraph/resources"
FLOW_LOG = "*/flowLogs/*"
NOT_ALLOWED = {"status": 403, "code": "AuthorizationFailed", "message": "no right to do this"}
POLICY = {"status": 403, "code": "RequestDisallowedByPolicy", "message": "denied by policy deny-x"}
BROKEN = {"status": 500, "code": "InternalServerError"}
UNAVAILABLE = {"status": 503, "code": "ServiceUnavailable"}
CONFLICT = {"status": 409, "code": "AnotherOperationInProgress", "message": "another operation"}
THROTTLED = {"status": 429, "code": "TooManyRequests", "headers": {"Retry-After": "1"}}


@dataclass(frozen=True)
class Scenario:
    """Faults of local Azure, and what a run under them has to say and to leave."""

    faults: tuple[Mapping[str, Any], ...]
    says: str = ""
    """What an error line of the run holds; empty where the run gets through all the same."""
    stands: int = FLOW_LOGS
    """Flow logs that Azure holds after the run."""


def fault(method: str, path: str, answer: Mapping[str, Any], **more: Any) -> Mapping[str, Any]:
    """An entry of local Azure's file of faults."""
    return {"method": method, "path": path, **answer, **more}


def once(
    method: str, path: str, answer: Mapping[str, Any], times: int = 1, after: int = 0
) -> Scenario:
    """A fault that passes by itself: the run gets through."""
    return Scenario((fault(method, path, answer, times=times, after=after),))


def stops(method: str, path: str, answer: Mapping[str, Any], says: str, after: int = 0) -> Scenario:
    """A reading that fails: nothing is written."""
    return Scenario((fault(method, path, answer, after=after),), says, stands=0)


def refused(path: str, answer: Mapping[str, Any], stands: int, **more: Any) -> Scenario:
    """A write that is refused: the code of the refusal is told."""
    return Scenario((fault("PUT", path, answer, **more),), str(answer["code"]), stands)


FIRST: Mapping[str, Scenario] = {
    # What is read before anything is decided.
    "metadata fails once": once("GET", "/metadata/endpoints", BROKEN),
    "subscriptions fail once": once("GET", "/subscriptions", BROKEN, after=1),
    "subscriptions are throttled": once("GET", "/subscriptions", THROTTLED, 2, after=1),
    "subscriptions may not be read": stops(
        "GET", "/subscriptions", NOT_ALLOWED, "/subscriptions", after=1
    ),
    "rights fail once": once("GET", "*/permissions", UNAVAILABLE),
    "rights may not be read": stops("GET", "*/permissions", NOT_ALLOWED, SUBSCRIPTION),
    "Resource Graph fails once": once("POST", GRAPH, BROKEN),
    "Resource Graph is throttled": once("POST", GRAPH, THROTTLED, 2),
    "Resource Graph may not be read": stops("POST", GRAPH, NOT_ALLOWED, "AuthorizationFailed"),
    "Resource Graph refuses the query": stops(
        "POST", GRAPH, {"status": 400, "code": "BadRequest", "message": "invalid query"}, "BadReq"
    ),
    "watchers fail once": once("GET", "*/networkWatchers", BROKEN),
    "watchers may not be read": stops("GET", "*/networkWatchers", NOT_ALLOWED, "networkWatchers"),
    "flow logs fail once": once("GET", "*/flowLogs", UNAVAILABLE),
    "flow logs may not be read": stops("GET", "*/flowLogs", NOT_ALLOWED, "AuthorizationFailed"),
    "a target may not be looked at": stops(
        "GET", "*/virtualNetworks/vnet-00001", NOT_ALLOWED, "AuthorizationFailed"
    ),
    "every answer takes its time": Scenario(({"path": "*", "delay": 0.2, "times": 40},)),
    # Writes that Azure does at another try.
    "group fails once": once("PUT", "*/resourceGroups/flow-logs-dev", BROKEN),
    "account fails once": once("PUT", "*/storageAccounts/*", UNAVAILABLE),
    "workspace is throttled": once("PUT", "*/workspaces/flow-logs-dev", THROTTLED),
    "flow logs meet another operation": once("PUT", FLOW_LOG, CONFLICT, 2),
    "flow logs are throttled": once("PUT", FLOW_LOG, THROTTLED, 2),
    "flow log cannot be read back at once": once("GET", FLOW_LOG, UNAVAILABLE, 2),
    "saved searches fail now and then": once("PUT", "*/savedSearches/*", BROKEN, 3),
    # Writes that Azure refuses, or accepts and then fails.
    "group is refused": refused("*/resourceGroups/flow-logs-dev", POLICY, 0),
    "accounts are refused": refused("*/storageAccounts/*", POLICY, 0),
    "workspace is refused": refused("*/workspaces/flow-logs-dev", POLICY, 0),
    "flow logs are refused": refused(FLOW_LOG, NOT_ALLOWED, 0),
    "a flow log is refused": refused(FLOW_LOG, NOT_ALLOWED, 2, times=1),
    "a flow log fails later": refused(FLOW_LOG, BROKEN, 3, times=1, late=True),
    "a saved search is refused": refused("*/savedSearches/*top-denied", NOT_ALLOWED, 3),
    "a function is refused": refused("*/savedSearches/*flows", NOT_ALLOWED, 3),
    "alerts are refused": refused("*/scheduledQueryRules/*", POLICY, 3),
    "the tampering alert is refused": refused("*/activityLogAlerts/*", POLICY, 3),
    "the action group is refused": refused("*/actionGroups/*", POLICY, 3),
    "the workbook is refused": refused("*/workbooks/*", POLICY, 3),
}

LATER: Mapping[str, Scenario] = {
    "state is read from a throttled Azure": once("GET", FLOW_LOG, THROTTLED, 3),
    "a refresh fails once": once("GET", "*/storageAccounts/*", BROKEN),
    "changes are refused": refused(FLOW_LOG, NOT_ALLOWED, 3),
    "one change is refused": refused(FLOW_LOG, POLICY, 3, times=1),
    "a change fails later": refused(FLOW_LOG, BROKEN, 3, times=1, late=True),
    "changes meet another operation": once("PUT", FLOW_LOG, CONFLICT, 2),
    "flow logs may not be read any more": Scenario(
        (fault("GET", "*/flowLogs", NOT_ALLOWED),), "AuthorizationFailed"
    ),
    "Resource Graph may not be read any more": Scenario(
        (fault("POST", GRAPH, NOT_ALLOWED),), "AuthorizationFailed"
    ),
    "the subscription is not listed any more": Scenario(
        (fault("GET", "/subscriptions", NOT_ALLOWED, after=1),), "/subscriptions"
    ),
}


@dataclass(frozen=True)
class World:
    """A folder with a local Azure and a stack on it, between servers."""

    folder: Path
    estate: Path

    @contextmanager
    def open(self, *faults: Mapping[str, Any]) -> Iterator[Stage]:
        """The stage, with these faults."""
        file = self.folder / "faults.json"
        file.write_text(json.dumps(faults))
        with stage(self.folder, self.estate, "--faults", str(file)) as there:
            yield there

    def holds(self) -> set[str]:
        """Ids of everything that Azure holds, while no server runs."""
        file = self.folder / "azure" / "azure.json"
        return {held["id"].casefold() for held in json.loads(file.read_text())["resources"]}

    def flow_logs(self) -> int:
        """How many flow logs Azure holds, whoever may read them."""
        return sum("/flowlogs/" in held for held in self.holds())


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two networks in each of two regions, three of them with a security group."""
    file = tmp_path_factory.mktemp("estate") / "estate.json"
    file.write_text(json.dumps(synthetic(networks=4, nsgs=4, regions=2)))
    return file


@pytest.fixture(scope="module")
def whole(
    tmp_path_factory: pytest.TempPathFactory, pulumi_cli: Path, estate: Path
) -> frozenset[str]:
    """What Azure holds after a run that nothing disturbs."""
    world = World(tmp_path_factory.mktemp("undisturbed"), estate)
    with world.open() as there:
        there.stack(STACK, SETTINGS)
        assert there.up(STACK).code == 0
        assert len(there.flow_logs(SUBSCRIPTION)) == FLOW_LOGS
    return frozenset(world.holds())


@pytest.mark.parametrize("name", FIRST)
def test_a_first_run(
    name: str, tmp_path: Path, pulumi_cli: Path, estate: Path, whole: frozenset[str]
) -> None:
    world, scenario = World(tmp_path, estate), FIRST[name]
    with world.open(*scenario.faults) as there:
        there.stack(STACK, SETTINGS)
        run_under(scenario, there)
    assert world.flow_logs() == scenario.stands
    with world.open() as there:
        finishes(there)
    assert world.holds() == whole


@pytest.mark.parametrize("name", LATER)
def test_a_run_that_changes_what_is_there(
    name: str, tmp_path: Path, pulumi_cli: Path, estate: Path, whole: frozenset[str]
) -> None:
    world, scenario = World(tmp_path, estate), LATER[name]
    with world.open() as there:
        there.stack(STACK, SETTINGS)
        assert there.up(STACK).code == 0
        there.configure(STACK, CHANGED)
    with world.open(*scenario.faults) as there:
        run_under(scenario, there)
    assert world.holds() == whole
    assert world.flow_logs() == scenario.stands
    with world.open() as there:
        finishes(there)
        days = {
            log["properties"]["retentionPolicy"]["days"]
            for log in there.flow_logs(SUBSCRIPTION).values()
        }
        assert days == {120}
    assert world.holds() == whole


def run_under(scenario: Scenario, there: Stage) -> None:
    """A run under the faults says what the scenario says, once, and without a traceback."""
    done = there.up(STACK, "--continue-on-error")
    assert "Traceback" not in done.stdout + done.stderr
    assert bool(done.code) == bool(scenario.says), done.stdout + done.stderr
    assert scenario.says in " ".join(done.messages("error"))
    assert not repeated(done), done.messages("error")


def repeated(done: Run) -> list[tuple[str, str]]:
    """Errors (URN and line) that a run says more than once of one resource."""
    events = (event.get("diagnosticEvent") for event in done.events)
    said = [
        (event.get("urn", ""), event["message"])
        for event in events
        if event and event["severity"] == "error"
    ]
    return [error for error in set(said) if said.count(error) > 1]


def finishes(there: Stage) -> None:
    """A plain run makes everything, and the one after it has nothing to do."""
    done = there.up(STACK)
    assert done.code == 0, done.stdout + done.stderr
    found = there.flow_logs(SUBSCRIPTION).values()
    assert len(found) == FLOW_LOGS
    assert {log["properties"]["provisioningState"] for log in found} == {"Succeeded"}
    assert there.preview(STACK, "--expect-no-changes").code == 0
