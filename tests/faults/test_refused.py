"""Each resource that the program makes, refused in turn: what hangs on it waits, nothing else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.refusals import (
    HOME,
    SETTINGS,
    SPOKE,
    calm,
    refusing,
    two_subscriptions,
    waiting,
    written,
)
from tests.e2e.stage import Stage, stage

pytestmark = pytest.mark.faults


@contextmanager
def world(folder: Path, *faults: object) -> Iterator[Stage]:
    """The two subscriptions, new or as they were left in the folder, with faults."""
    estate = written(folder / "estate.json", two_subscriptions())
    refused = written(folder / "faults.json", faults)
    with stage(folder, estate, "--faults", str(refused)) as there:
        yield there


WORKSPACES = "Microsoft.OperationalInsights/workspaces"
ALERTS = 8  # six on queries, one on tampering in each subscription
QUERIES = 41
FLOW_LOGS = 4
HOME_GROUP = f"/subscriptions/{HOME}/resourceGroups/flow-logs-dev"
WATCHERS = f"/subscriptions/{SPOKE}/resourceGroups/NetworkWatcherRG"
ONE_OF_EACH = {
    "home group": (
        HOME_GROUP,
        {
            "workspace": 1,
            "storage account": 2,
            "blob service": 2,
            "lifecycle policy": 2,
            "managed identity": 1,
            "role assignment": 2,
            "saved query": QUERIES,
            "action group": 1,
            "alert": ALERTS,
            "workbook": 1,
            "data collection rule": 1,
            "flow log": FLOW_LOGS,
        },
    ),
    "watcher group": (WATCHERS, {"network watcher": 2, "flow log": 2, "alert": 1}),
    "watcher": ("*/NetworkWatcher_northeurope", {"flow log": 1, "alert": 1}),
    "storage account": (
        "*/storageAccounts/flowlogs????????????????",
        {"blob service": 1, "lifecycle policy": 1, "role assignment": 1, "flow log": 2},
    ),
    "blob service": ("*/blobServices/default", {}),
    "lifecycle policy": ("*/managementPolicies/default", {}),
    "managed identity": (
        "*/userAssignedIdentities/*",
        {"role assignment": 2, "flow log": FLOW_LOGS},
    ),
    "role assignment": ("*/roleAssignments/*", {"flow log": 2}),
    "workspace": (
        "*/workspaces/flow-logs-dev",
        {
            "saved query": QUERIES,
            "alert": ALERTS - 2,
            "workbook": 1,
            "data collection rule": 1,
            "flow log": FLOW_LOGS,
        },
    ),
    "function": (
        "*/savedSearches/flow-logs-dev-malicious-addresses",
        {"saved query": 2, "alert": 1, "workbook": 1},
    ),
    "query": ("*/savedSearches/flow-logs-dev-top-talkers", {}),
    "action group": ("*/actionGroups/*", {"alert": ALERTS}),
    "alert": ("*/scheduledQueryRules/*", {}),
    "tampering alert": ("*/activityLogAlerts/*", {}),
    "workbook": ("*/workbooks/*", {}),
    "ingestion filter": ("*/dataCollectionRules/*", {}),
    "flow log": ("*/flowLogs/*", {}),
}
"""What is refused, once, by name: its path, and how many of each kind then wait."""
NO_TAGS = ("blob service", "lifecycle policy", "role assignment")


@pytest.mark.parametrize("what", ONE_OF_EACH)
def test_one_refused_in_the_first_run_stops_only_what_hangs_on_it(
    pulumi_cli: Path, tmp_path: Path, what: str
) -> None:
    path, waits = ONE_OF_EACH[what]
    with world(tmp_path, refusing(path, times=1)) as there:
        there.stack("dev", SETTINGS)
        first = there.up("dev", "--continue-on-error", "--suppress-outputs")
        calm(first)
        assert first.code != 0
        assert len(first.failures) == 1
        assert waiting(first) == Counter(waits)

        second = there.up("dev", "--suppress-outputs")
        assert second.code == 0, second.stdout
        # The second makes what the first could not, or imports it where Azure brings it with an
        # account of its own accord; the workspace then names its filter.
        made = second.changes["create"] + second.changes["import"]
        assert made == 1 + sum(waits.values())
        assert set(second.changes) <= {"create", "import", "update"}
        assert second.changes["update"] <= 1 + second.changes["import"]
        assert len(there.flow_logs(HOME, SPOKE)) == FLOW_LOGS
        assert deleted(there) == []


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, pulumi_cli: Path) -> Path:
    """A folder whose Azure holds everything that the program makes."""
    folder = tmp_path_factory.mktemp("standing")
    with world(folder) as there:
        there.stack("dev", SETTINGS)
        done = there.up("dev", "--suppress-outputs")
        assert done.code == 0, done.stdout
    return folder


@pytest.mark.parametrize("what", [name for name in ONE_OF_EACH if name not in NO_TAGS])
def test_a_refused_change_of_what_exists_stops_nothing_and_deletes_nothing(
    standing: Path, what: str
) -> None:
    path, _ = ONE_OF_EACH[what]
    with world(standing, refusing(path)) as there:
        before = there.flow_logs(HOME, SPOKE)
        there.configure("dev", {**SETTINGS, "tags": {"round": what}})
        done = there.up("dev", "--continue-on-error", "--suppress-outputs")
        calm(done)
        assert done.code != 0
        assert waiting(done) == Counter()
        after = there.flow_logs(HOME, SPOKE)
        assert after.keys() == before.keys()
        changed = [log for log in after.values() if log["tags"].get("round") == what]
        assert len(changed) == (0 if what == "flow log" else FLOW_LOGS)
        assert deleted(there) == []
    with world(standing) as there:
        done = there.up("dev", "--suppress-outputs")
        assert done.code == 0, done.stdout
        assert deleted(there) == []


def test_what_exists_stays_as_it_is_where_something_new_below_it_is_refused(
    standing: Path,
) -> None:
    shards = {**SETTINGS, "storageAccountsPerRegion": 4}
    with world(standing, refusing("*/storageAccounts/flowlogs????????????????")) as there:
        before = there.flow_logs(HOME, SPOKE)
        there.configure("dev", shards)
        done = there.up("dev", "--continue-on-error", "--suppress-outputs")
        calm(done)
        assert done.code != 0
        assert set(waiting(done)) == {"flow log", *NO_TAGS}
        assert storage(there) == {target: _storage(log) for target, log in before.items()}
        assert deleted(there) == []
    with world(standing) as there:
        done = there.up("dev", "--suppress-outputs")
        assert done.code == 0, done.stdout
        assert storage(there).keys() == before.keys()
        assert storage(there) != {target: _storage(log) for target, log in before.items()}
        assert deleted(there) == []


def storage(there: Stage) -> dict[str, str]:
    """Target to the storage account of its flow log."""
    return {target: _storage(log) for target, log in there.flow_logs(HOME, SPOKE).items()}


def _storage(log: dict[str, dict[str, str]]) -> str:
    return log["properties"]["storageId"].casefold()


def deleted(there: Stage) -> list[str]:
    """Paths of what the runs deleted, but saved searches, which Azure refuses to overwrite."""
    gone = [found.path for found in there.server.requests() if found.method == "DELETE"]
    return [path for path in gone if "/savedsearches/" not in path.casefold()]


def test_alerts_wait_where_they_are_while_a_workspace_refuses_the_functions_they_call(
    tmp_path: Path, pulumi_cli: Path
) -> None:
    """The functions that the alerts called before leave in the same run."""
    given = f"/subscriptions/{HOME}/resourceGroups/rg-soc/providers/{WORKSPACES}/soc-logs"
    estate = [
        *two_subscriptions(),
        {"id": given.split("/providers/")[0], "location": "westeurope"},
        {
            "id": given,
            "location": "westeurope",
            "properties": {"customerId": "00000000-0000-4000-8000-0000000000cc"},
        },
    ]
    (tmp_path / "estate.json").write_text(json.dumps(estate))
    unfiltered = {name: value for name, value in SETTINGS.items() if name != "ingestionFilter"}
    with stage(tmp_path, tmp_path / "estate.json") as there:
        there.stack("dev", unfiltered)
        assert there.up("dev").code == 0
    refused = written(tmp_path / "faults.json", [refusing(f"{given}/savedSearches/*")])
    with stage(tmp_path, tmp_path / "estate.json", "--faults", str(refused)) as there:
        there.configure("dev", {**unfiltered, "workspaceId": given})
        done = there.up("dev", "--continue-on-error")
        calm(done)
        assert done.code != 0
        assert waiting(done)["alert"] == ALERTS - 2
    with stage(tmp_path, tmp_path / "estate.json") as there:
        done = there.up("dev")
        assert done.code == 0, done.stdout + done.stderr
        assert done.changes["replace"] == ALERTS - 2
        assert there.preview("dev", "--expect-no-changes").code == 0
