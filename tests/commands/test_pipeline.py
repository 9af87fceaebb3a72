"""The steps of the pipelines, run as they run them: scripts on the real engine and local Azure."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.stage import Stage, stage
from tools.projects import REPOSITORY, SAMPLE_ESTATE

TIMEOUT = 300  # seconds for one script


@pytest.fixture
def there(tmp_path: Path, pulumi_cli: Path) -> Iterator[Stage]:
    """A stage on the sample estate, with stack prod."""
    with stage(tmp_path) as opened:
        opened.stack("prod")
        yield opened


def _script(
    there: Stage, name: str, stack: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [REPOSITORY / "scripts" / name, stack, "--project", there.engine.project, *arguments],
        env={**os.environ, **there.engine.environment},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )


def _set(there: Stage, key: str, value: str) -> None:
    """Changes one key of the stack file, as a pull request does."""
    file = there.engine.project / "Pulumi.prod.yaml"
    text, count = re.subn(rf"(flow-logs:{key}:) .*", rf"\1 {value}", file.read_text())
    assert count == 1, file.read_text()
    file.write_text(text)


def test_a_pull_request_is_accepted_deployed_unchanged_and_the_next_one_refused(
    there: Stage, tmp_path: Path
) -> None:
    summary = tmp_path / "summaries" / "prod.md"
    accepted = _script(there, "preview", "prod", "--output", str(summary))
    assert accepted.returncode == 0, accepted.stderr
    assert accepted.stdout == summary.read_text()
    assert "flow logs: 7 created, 3 adopted" in accepted.stdout
    assert "| `payments-api-log` | `nsg-payments-api` | format.version | `1` |" in accepted.stdout
    assert "the policy pack refuses nothing" in accepted.stdout
    assert there.server.writes() == []

    deployed = _script(there, "deploy", "prod")
    assert deployed.returncode == 0, deployed.stderr
    assert deployed.stdout.startswith("## prod: deployed\n\nflow logs: 7 created, 3 adopted")

    unchanged = _script(there, "preview", "prod")
    assert unchanged.returncode == 0, unchanged.stderr
    assert "## prod: no changes" in unchanged.stdout
    assert len(unchanged.stdout.splitlines()) <= 6

    _set(there, "retentionDays", "7")
    refused = _script(there, "preview", "prod")
    assert refused.returncode == 1, refused.stderr
    assert "## prod: refused" in refused.stdout
    assert "**`flow-log-retention` refuses 7**" in refused.stdout
    assert "| retentionPolicy.days | `90` | `7` |" in refused.stdout

    writes = len(there.server.writes())
    held = _script(there, "deploy", "prod")
    assert (held.returncode, held.stdout) == (1, refused.stdout)
    assert len(there.server.writes()) == writes


def test_what_azure_refuses_is_named_stops_nothing_and_is_finished_by_the_next_run(
    tmp_path: Path, pulumi_cli: Path
) -> None:
    fault = {"method": "PUT", "path": "*/flowLogs/vnet-erp*", "times": 1, "status": 400}
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps([{**fault, "code": "StorageAccountNotReady", "message": "Wait."}]))
    with stage(tmp_path, SAMPLE_ESTATE, "--faults", str(faults)) as there:
        there.stack("prod")
        part = _script(there, "deploy", "prod")
        assert part.returncode == 1
        assert part.stdout.startswith("## prod: deployed in part\n\nflow logs: 6 created, 3 adopt")
        assert "### Refused by Azure (1)" in part.stdout
        row = next(line for line in part.stdout.splitlines() if "vnet-erp" in line)
        assert "StorageAccountNotReady" in row

        rest = _script(there, "deploy", "prod")
        assert rest.returncode == 0, rest.stdout
        assert rest.stdout.startswith("## prod: deployed\n\nflow logs: 1 created;")


def test_a_wrong_setting_and_an_unknown_stack_are_one_line_with_the_way_out(there: Stage) -> None:
    _set(there, "retentionDays", "700")
    wrong = _script(there, "preview", "prod")
    assert wrong.returncode == 1
    assert "## prod: failed" in wrong.stdout
    assert "retentionDays is '700'; it must be a whole number from 1 to 365" in wrong.stdout

    unknown = _script(there, "deploy", "nowhere")
    assert unknown.returncode == 1
    assert "`pulumi stack init nowhere`" in unknown.stdout
    assert there.server.writes() == []
