"""What goes wrong between two runs, or in the middle of one, and what the next run makes of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from bench.estates import synthetic
from tests.e2e.conftest import Staging
from tests.e2e.stage import API_VERSIONS, Stage
from tools.projects import SAMPLE_ESTATE

DEV = "00000000-0000-4000-8000-000000000003"
FLOW_LOG_VERSION = API_VERSIONS["flowlogs"]
ENDED_WITHIN = 30  # seconds for the processes of a killed run


def test_a_flow_log_disabled_and_one_deleted_by_hand_are_back_after_the_next_up(
    deployed: Staging,
) -> None:
    there = deployed("dev")
    made = there.flow_logs(DEV)
    disabled, deleted = sorted(made.values(), key=lambda log: str(log["id"]))[:2]
    disabled["properties"]["enabled"] = False
    there.send("PUT", disabled["id"], FLOW_LOG_VERSION, disabled)
    there.send("DELETE", deleted["id"], FLOW_LOG_VERSION)

    preview = there.preview("dev")
    touched = {
        (op, urn.rsplit("::", 1)[-1].startswith(log["name"]))
        for op, urn in preview.steps
        for log in (disabled, deleted)
        if log["name"] in urn and op in ("create", "update")
    }
    assert touched == {("update", True), ("create", True)}

    assert there.up("dev").code == 0
    back = there.flow_logs(DEV)
    assert set(back) == set(made)
    assert all(log["properties"]["enabled"] for log in back.values())


def test_one_refused_write_among_many_stops_no_other_and_the_next_up_finishes(
    staged: Staging, tmp_path: Path
) -> None:
    estate = tmp_path / "estate.json"
    many = synthetic(networks=50, nsgs=400, subscriptions=1, regions=2, seed=7)
    estate.write_text(json.dumps(many))
    faults = tmp_path / "faults.json"
    refused = {
        "method": "PUT",
        "path": "*/flowLogs/*",
        "times": 1,
        "after": 20,
        "status": 403,
        "code": "AuthorizationFailed",
        "message": "no right to write this one",
    }
    faults.write_text(json.dumps([refused]))
    there = staged(estate, "--faults", str(faults))
    subscription = there.engine.environment["ARM_SUBSCRIPTION_ID"]
    there.stack("dev", {"location": "westeurope", "subscriptions": [subscription]})

    done = there.up("dev", "--continue-on-error")
    assert done.code != 0
    assert "AuthorizationFailed" in " ".join(done.messages("error"))
    assert len(there.flow_logs(subscription)) == 49

    assert there.up("dev").code == 0
    assert len(there.flow_logs(subscription)) == 50
    assert dict(there.up("dev").changes) == {}


def test_after_kill_9_in_the_middle_the_next_up_finishes_and_nothing_is_doubled(
    staged: Staging, tmp_path: Path
) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps([{"method": "PUT", "path": "*/flowLogs/*", "delay": 1.5}]))
    there = staged(SAMPLE_ESTATE, "--faults", str(faults), launched=True)
    there.stack("dev")
    _kill_in_the_middle(there)

    assert there.engine.run("cancel", "--stack", "dev", "--yes").code == 0
    done = there.up("dev")
    assert done.code == 0, done.stdout
    assert len(there.flow_logs(DEV)) == 4
    assert dict(there.up("dev").changes) == {}


def _kill_in_the_middle(there: Stage) -> None:
    """Kills the engine once the first flow log is written, and waits for its processes to end."""
    engine = there.engine
    marker = {"FLOW_LOGS_TEST_RUN": str(engine.project)}
    process = subprocess.Popen(
        [str(engine.cli), "up", "--stack", "dev", "--yes", "--skip-preview", "--non-interactive"],
        cwd=engine.project,
        env={**engine.environment, **marker},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _until(lambda: any("/flowlogs/" in w.path.casefold() for w in there.server.writes()))
    process.send_signal(signal.SIGKILL)
    process.wait(ENDED_WITHIN)
    _until(lambda: not _running(str(engine.project)))


def _running(marker: str) -> list[int]:
    """Processes of this machine that were started by the run with the marker."""
    wanted = f"FLOW_LOGS_TEST_RUN={marker}".encode()
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            if wanted in Path(f"/proc/{entry}/environ").read_bytes():
                found.append(int(entry))
        except OSError:
            continue
    return found


def _until(condition: object) -> None:
    assert callable(condition)
    deadline = time.monotonic() + ENDED_WITHIN
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
