"""Each kind of the guardrail's resources refused in turn: what stands on it waits, nothing else."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.estates import synthetic
from tests.e2e.refusals import HOME, calm, refusing, waiting, written
from tests.e2e.stage import Stage, stage
from tests.guardrail.guard import guard

pytestmark = pytest.mark.faults

SETTINGS = {"subscriptionId": HOME, "effect": "deploy"}
POLICY = "2025-01-01"
SCOPE = f"/subscriptions/{HOME}"
ASSIGNMENTS = f"{SCOPE}/providers/Microsoft.Authorization/policyAssignments"
REPORTING, DEPLOYING = f"{ASSIGNMENTS}/flow-logs-networks", f"{ASSIGNMENTS}/flow-logs-westeurope"
ALL = 5  # assignments: four that report, one region


@contextmanager
def world(folder: Path, *faults: object) -> Iterator[Stage]:
    """An Azure as it was left in the folder, with faults."""
    refused = written(folder / "faults.json", faults)
    with stage(folder, folder / "estate.json", "--faults", str(refused)) as there:
        yield there


@pytest.fixture(scope="module")
def sourced(tmp_path_factory: pytest.TempPathFactory, pulumi_cli: Path) -> Path:
    """A folder whose Azure holds what the source of the guardrail makes."""
    folder = tmp_path_factory.mktemp("sourced")
    written(folder / "estate.json", synthetic(networks=2, nsgs=2))
    with world(folder) as there:
        there.stack("dev", {"location": "westeurope", "subscriptions": [HOME]})
        done = there.up("dev", "--suppress-outputs")
        assert done.code == 0, done.stdout
    return folder


@pytest.fixture(scope="module")
def guarded(sourced: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose Azure holds everything that the guardrail makes."""
    folder = shutil.copytree(sourced, tmp_path_factory.mktemp("guarded") / "world")
    with world(folder) as there:
        done = guard(there, folder, **SETTINGS).run("up")
        assert done.code == 0, done.stdout
    return folder


def there_are(there: Stage) -> set[str]:
    """Names of the policy assignments that Azure holds on the scope."""
    listed = there.get(ASSIGNMENTS, POLICY)
    assert listed is not None
    return {found["name"] for found in listed["value"]}


def deleted(there: Stage) -> list[str]:
    """Paths of what was deleted."""
    return [found.path for found in there.server.requests() if found.method == "DELETE"]


ONE_OF_EACH: dict[str, tuple[str, int, dict[str, int]]] = {
    "reporting assignment": (REPORTING, 1, {}),
    "deploying assignment": (DEPLOYING, 1, {"role assignment": 2, "remediation": 4}),
    "role assignments": ("*/roleAssignments/*", 2, {"remediation": 4}),
    "first remediation": ("*/remediations/*-watcher-1", 1, {"remediation": 3}),
    "last remediation": ("*/remediations/*-flow-log-1", 1, {}),
}
"""What is refused, by name: its path, how many that are, and how many of each kind then wait."""


@pytest.mark.parametrize("what", ONE_OF_EACH)
def test_one_refused_in_the_first_run_stops_only_what_stands_on_it(
    sourced: Path, tmp_path: Path, what: str
) -> None:
    path, refused, waits = ONE_OF_EACH[what]
    folder = shutil.copytree(sourced, tmp_path / "world")
    with world(folder, refusing(path)) as there:
        own = guard(there, folder, **SETTINGS)
        stopped = own.run("up")
        calm(stopped)
        assert stopped.code != 0

        done = own.run("up", "--continue-on-error")
        calm(done)
        assert done.code != 0
        assert len(done.failures) == refused
        assert waiting(done) == Counter(waits)
        assert set(own.assigned()) == there_are(there)
    with world(folder) as there:
        own = guard(there, folder, **SETTINGS)
        done = own.run("up")
        assert done.code == 0, done.stdout
        assert done.changes["create"] == refused + sum(waits.values())
        assert len(own.assigned()) == len(there_are(there)) == ALL
        assert deleted(there) == []


CHANGES: dict[str, tuple[str, dict[str, Any], dict[str, int]]] = {
    "assignments": (f"{ASSIGNMENTS}/*", {"excludedScopes": [f"{SCOPE}/resourceGroups/lab"]}, {}),
    "next round": ("*/remediations/*-watcher-2", {"remediation": 2}, {"remediation": 3}),
}
"""What is refused, by name: its path, the settings that write it, and how many then wait."""


@pytest.mark.parametrize("what", CHANGES)
def test_a_refused_change_deletes_nothing_that_stands(
    guarded: Path, tmp_path: Path, what: str
) -> None:
    path, changed, waits = CHANGES[what]
    folder = shutil.copytree(guarded, tmp_path / "world")
    with world(folder, refusing(path)) as there:
        own = guard(there, folder, **SETTINGS, **changed)
        before = own.outputs()
        done = own.run("up", "--continue-on-error")
        calm(done)
        assert done.code != 0
        assert waiting(done) == Counter(waits)
        assert own.outputs() == before
        assert len(there_are(there)) == ALL
    with world(folder) as there:
        done = guard(there, folder, **SETTINGS, **changed).run("up")
        assert done.code == 0, done.stdout
        # A new round takes the place of the records of the one before.
        assert all("/remediations/" in path for path in deleted(there))


def test_roles_of_an_assignment_that_somebody_deleted_wait_for_it(
    guarded: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(guarded, tmp_path / "world")
    with world(folder, refusing(DEPLOYING)) as there:
        there.send("DELETE", DEPLOYING, POLICY)
        own = guard(there, folder, **SETTINGS)
        done = own.run("up", "--continue-on-error")
        calm(done)
        assert done.code != 0
        assert waiting(done) == Counter({"role assignment": 2, "remediation": 4})
        assert own.outputs()["identities"] == {}
        assert set(own.assigned()) == there_are(there)
        assert deleted(there) == [DEPLOYING]
    with world(folder) as there:
        own = guard(there, folder, **SETTINGS)
        done = own.run("up")
        assert done.code == 0, done.stdout
        assert len(own.assigned()) == len(there_are(there)) == ALL


def test_an_assignment_that_turns_to_another_policy_and_is_refused_comes_with_the_next_run(
    guarded: Path, tmp_path: Path
) -> None:
    turned = {**SETTINGS, "destination": "stack"}
    folder = shutil.copytree(guarded, tmp_path / "world")
    with world(folder, refusing(DEPLOYING)) as there:
        own = guard(there, folder, **turned)
        done = own.run("up", "--continue-on-error")
        calm(done)
        assert done.code != 0
        assert waiting(done) == Counter({"role assignment": 1, "remediation": 1})
        assert set(own.assigned()) == there_are(there)
    with world(folder) as there:
        # Azure changes no task that is still running, so the next round.
        own = guard(there, folder, **turned, remediation=2)
        done = own.run("up")
        assert done.code == 0, done.stdout
        assert len(own.assigned()) == len(there_are(there)) == ALL
