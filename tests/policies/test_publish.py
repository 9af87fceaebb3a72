"""The pack as an organisation gets it: published by the CLI to a stand-in for Pulumi Cloud."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flowlog_guard import RULES
from flowlog_guard.frameworks import TABLE

from tests.policies.analyzer import FLOW_LOG, PACK, Resource, running_pack
from tools.projects import REPOSITORY

TIMEOUT = 120  # seconds for the CLI
PAGE = "https://contoso.example/policies"
PACKS = "/api/orgs/contoso/policypacks"


class Cloud(ThreadingHTTPServer):
    """Answers what `pulumi policy publish` asks (pkg/backend/httpstate/client), and keeps it."""

    daemon_threads = True

    def __init__(self) -> None:
        """Listens on a free port."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sent: dict[str, bytes] = {}
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Cloud

    def do_GET(self) -> None:
        user = {"githubLogin": "contoso", "organizations": [{"githubLogin": "contoso"}]}
        self._answer(user if self.path == "/api/user" else {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.sent[f"{self.command} {self.path}"] = body
        self._answer({"version": 1, "uploadURI": f"{self.server.url}/upload"})

    do_PUT = do_POST

    def _answer(self, document: Any) -> None:
        text = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the test looks at what was sent."""


@contextmanager
def _cloud() -> Iterator[Cloud]:
    with Cloud() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def _publish(cli: Path, folder: Path, cloud: Cloud) -> None:
    variables = {
        **os.environ,
        "PULUMI_HOME": str(folder.parent / "home"),
        "PULUMI_BACKEND_URL": cloud.url,
        "PULUMI_ACCESS_TOKEN": "pul-of-nobody",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "FLOWLOG_GUARD_DOCUMENTATION": PAGE,
        "PATH": os.pathsep.join([str(cli.parent), os.environ["PATH"]]),
    }
    done = subprocess.run(
        [cli, "policy", "publish", "contoso", "--non-interactive"],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_what_is_published_tells_what_it_is_and_runs_elsewhere(
    pulumi_cli: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "policies"
    shutil.copytree(PACK, folder, ignore=shutil.ignore_patterns(".venv"))
    (folder / ".venv").symlink_to(REPOSITORY / ".venv")
    with _cloud() as cloud:
        _publish(pulumi_cli, folder, cloud)
    told = json.loads(cloud.sent[f"POST {PACKS}"])
    assert told["name"] == "flowlog-guard"
    assert f"POST {PACKS}/flowlog-guard/versions/{told['versionTag']}/complete" in cloud.sent
    assert told["description"] and told["readme"].startswith("# flowlog-guard")
    assert {policy["name"] for policy in told["policies"]} == {rule.name for rule in RULES}
    (kept,) = [each for each in told["policies"] if each["name"] == "flow-log-retention"]
    assert kept["url"] == f"{PAGE}#flow-log-retention"
    assert kept["framework"]["reference"] == "7.5, 7.8"
    assert kept["configSchema"]["properties"]["minimumDays"]["default"] == 90
    for config in (PACK / "config").glob("*.json"):
        asked = json.loads(config.read_text())["flow-log-retention"]
        assert set(asked) <= set(kept["configSchema"]["properties"])

    elsewhere = tmp_path / "elsewhere"
    with tarfile.open(fileobj=io.BytesIO(cloud.sent["PUT /upload"])) as archive:
        names = archive.getnames()
        archive.extractall(elsewhere, filter="data")
    assert not [name for name in names if ".venv" in name or "__pycache__" in name]
    assert (elsewhere / "package" / TABLE.relative_to(PACK)).is_file()
    with running_pack(elsewhere / "package") as pack:
        assert pack.analyze(Resource(FLOW_LOG, {"enabled": False})).by("flow-log-enabled")
