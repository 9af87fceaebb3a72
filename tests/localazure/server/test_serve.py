"""The command itself: state, log, and files that it cannot use."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from localazure import process
from localazure.process import port, start, stop
from tests.localazure.contoso import (
    ESTATE,
    NETWORK,
    PAYMENTS,
    PROD,
    RESOURCES,
    SHOP,
    WATCHER,
    WEB,
    WORKSPACES,
    flow_log,
    resource,
)
from tests.localazure.files import file, refused
from tests.servers import PATIENCE, LocalAzure
from tools.projects import REPOSITORY

pytestmark = pytest.mark.slow

Start = Callable[..., LocalAzure]
CREATED = f"{WATCHER}/flowLogs/created"


def test_it_ends_well_when_told_to() -> None:
    server = process.start(["--estate", str(ESTATE)])
    assert process.port(server) > 0
    assert process.stop(server) == 0


def test_the_log_has_every_request(local_azure: Start) -> None:
    azure = local_azure(ESTATE)
    azure.call("GET", WEB, version=NETWORK)
    azure.call("PUT", CREATED, flow_log(WEB), NETWORK)

    assert azure.requests() == [
        {
            "method": "GET",
            "path": WEB,
            "query": f"api-version={NETWORK}",
            "status": 200,
            "code": None,
        },
        {
            "method": "PUT",
            "path": CREATED,
            "query": f"api-version={NETWORK}",
            "status": 400,
            "code": "CannotCreateMoreThanOneFlowLogPerTargetResource",
        },
    ]


def test_state_outlives_the_server(local_azure: Start, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    workspace = resource(PROD, "rg-prod-shop", "Microsoft.OperationalInsights/workspaces", "log-a")
    body = {"location": "westeurope", "properties": {}}
    first = local_azure(ESTATE, state=state)
    made = first.call("PUT", workspace, body, WORKSPACES).body["properties"]["customerId"]
    first.call("DELETE", workspace, version=WORKSPACES)
    first.call("PUT", CREATED, flow_log(SHOP), NETWORK)
    present = first.call("GET", CREATED, version=NETWORK).body
    first.stop()

    second = local_azure(ESTATE, state=state)
    assert second.call("GET", CREATED, version=NETWORK).body == present
    shop = second.call("GET", SHOP, version=NETWORK).body
    assert shop["properties"]["flowLogs"] == [{"id": CREATED}]
    back = second.call("PUT", workspace, body, WORKSPACES).body["properties"]["customerId"]
    assert back == made


def test_state_is_saved_while_it_runs(local_azure: Start, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    azure = local_azure(ESTATE, state=state)
    azure.call("PUT", CREATED, flow_log(SHOP), NETWORK)

    deadline = time.monotonic() + PATIENCE
    while not state.exists():
        assert time.monotonic() < deadline, "no state file appeared"
        time.sleep(0.02)

    saved = {each["id"]: each for each in json.loads(state.read_bytes())["resources"]}
    assert saved[CREATED]["properties"]["provisioningState"] == "Succeeded"
    assert list(tmp_path.iterdir()) == [state]


def test_a_provider_that_is_not_registered(local_azure: Start, tmp_path: Path) -> None:
    insights = f"{PROD}/providers/Microsoft.Insights"
    entry = {"id": insights, "registrationState": "NotRegistered"}
    estate = [*json.loads(ESTATE.read_bytes()), entry]
    azure = local_azure(file(tmp_path, "estate.json", estate))

    before = azure.call("GET", insights, version=RESOURCES).body
    azure.call("POST", f"{insights}/register", version=RESOURCES)
    after = azure.call("GET", insights, version=RESOURCES).body

    assert before["registrationState"] == "NotRegistered"
    assert after["registrationState"] == "Registered"


ENTRY = {"id": PAYMENTS, "location": "westeurope"}
ESTATES = [
    ("{}", "an estate is a JSON array"),
    ("[", "is no valid JSON"),
    ([{"name": "x"}], "entry 1 must be an object with an 'id'"),
    ([{"id": "vnet"}], "entry 1: 'vnet' is no ARM id"),
    ([{"id": PAYMENTS.rpartition("/")[0]}], "names a type and no resource"),
    ([{"id": PAYMENTS}], "has no 'location'"),
    ([ENTRY, ENTRY], "is there twice"),
    ([ENTRY], "which has no entry: add one"),
    ([{"id": PROD}, ENTRY], "which has no entry: add one"),
]


@pytest.mark.parametrize(("content", "problem"), ESTATES)
def test_estates_it_cannot_use(tmp_path: Path, content: object, problem: str) -> None:
    path = file(tmp_path, "estate.json", content)

    said = refused("--estate", path, "--port", 0)

    assert said.startswith(f"localazure: {path}: ")
    assert problem in said


def test_a_state_that_is_none(tmp_path: Path) -> None:
    path = file(tmp_path, "state.json", [])

    assert "remove it to start over" in refused("--estate", ESTATE, "--port", 0, "--state", path)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    absent = tmp_path / "absent.json"

    assert "there is no such estate file" in refused("--estate", absent, "--port", 0)


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert f"port {port} of 127.0.0.1" in refused("--estate", ESTATE, "--port", port)


def test_a_state_that_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "nope" / "state.json"

    said = refused("--estate", ESTATE, "--port", 0, "--state", path)

    assert said == f"localazure: {path}: the state cannot be written: No such file or directory"


def test_a_state_whose_folder_goes_is_told_at_the_end(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    process = start(["--estate", str(ESTATE), "--state", str(folder / "state.json")])
    port(process)
    folder.rmdir()

    assert stop(process) == 2
    (said,) = capfd.readouterr().err.splitlines()
    assert "the state cannot be written" in said


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "localazure", *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_help_tells_of_the_commands() -> None:
    help_ = command("--help")

    assert (help_.returncode, help_.stderr) == (0, "")
    for name in ("serve", "env"):
        assert f"    {name} " in help_.stdout
        assert command(name, "--help").stdout.startswith(f"usage: python -m localazure {name}")


def test_a_command_that_is_none() -> None:
    for arguments in ((), ("sreve",)):
        ended = command(*arguments)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert "COMMAND" in ended.stderr.splitlines()[-1]
