"""`python -m localazure env`: what a shell needs for a run against local Azure."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from localazure.environment import NoServerError, environment
from localazure.process import Server, serving
from tests.localazure.provider.estate import ONE, estate
from tests.localazure.provider.scripted_arm import Answer, ScriptedArm
from tests.localazure.provider.stand_in import REPOSITORY, TIMEOUT


@pytest.fixture
def azure(tmp_path: Path) -> Iterator[Server]:
    file = tmp_path / "estate.json"
    file.write_text(json.dumps(estate()))
    with serving(file, tmp_path / "azure") as server:
        yield server


def env(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "localazure", "env", *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )


def test_a_shell_takes_the_lines_as_they_are(
    azure: Server, pulumi_cli: Path, tmp_path: Path
) -> None:
    home = tmp_path / "a 'home'"
    printed = env("--port", str(azure.port), "--home", str(home))
    assert (printed.returncode, printed.stderr) == (0, "")
    script = f'{printed.stdout}\n"$0" -c "import json, os; print(json.dumps(dict(os.environ)))"'
    shell = subprocess.run(
        ["sh", "-c", script, sys.executable], capture_output=True, text=True, check=True
    )
    seen = json.loads(shell.stdout)
    wanted = environment(azure.port, home)
    assert {name: seen[name] for name in wanted} == wanted


def test_the_variables_lead_to_the_estates_first_subscription(
    azure: Server, pulumi_cli: Path, tmp_path: Path
) -> None:
    found = environment(azure.port, tmp_path / "home")
    assert found["ARM_METADATA_HOSTNAME"] == f"http://127.0.0.1:{azure.port}"
    assert found["ARM_SUBSCRIPTION_ID"] == ONE
    assert found["ARM_TENANT_ID"] == "7e000000-0000-4000-8000-000000000001"
    assert found["ARM_USE_OIDC"] == "true" and found["ARM_OIDC_TOKEN"]
    assert found["PULUMI_HOME"] == str(tmp_path / "home")


def test_engine_and_python_come_first_on_the_path(
    azure: Server, pulumi_cli: Path, tmp_path: Path
) -> None:
    folders = environment(azure.port, tmp_path / "home")["PATH"].split(os.pathsep)
    assert folders[:2] == [str(pulumi_cli.parent), str(Path(sys.prefix) / "bin")]


@pytest.mark.slow
def test_no_server_there_is_said_on_one_line(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = str(unused.getsockname()[1])
        printed = env("--port", port, "--home", str(tmp_path / "home"))
    assert printed.returncode == 1 and printed.stdout == ""
    assert printed.stderr.startswith(f"localazure env: no local Azure on port {port}: start it")
    assert printed.stderr.count("\n") == 1
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    "body",
    [
        *(b"<html>", b"null", b"[]", b"{}", b'{"value": 7}', b'{"value": ["x"]}', b"[" * 9_999),
        *(b'{"value": [{}]}', b'{"value": [{"subscriptionId": 7, "tenantId": "x"}]}'),
    ],
)
def test_another_server_there_is_said_on_one_line(tmp_path: Path, body: bytes) -> None:
    with ScriptedArm() as arm:
        arm.script("GET", "/subscriptions", Answer(200, body))
        with pytest.raises(NoServerError, match="no local Azure on port") as error:
            environment(int(arm.base.rpartition(":")[2]), tmp_path / "home")
    assert "\n" not in str(error.value)
