"""A user's mistake, or a cloud that does not answer, is one line and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands.engine import Engine, Run
from tests.e2e.conftest import Staging
from tools.projects import SAMPLE_ESTATE

DEV = "00000000-0000-4000-8000-000000000003"
UNSEEN = "00000000-0000-4000-8000-0000000000dd"
PLAIN = {"location": "westeurope", "subscriptions": [DEV]}


def _refused(done: Run) -> str:
    """The one error line of a run that failed."""
    assert done.code != 0
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    errors = [line for line in done.messages("error") if "preview failed" not in line]
    assert len(errors) == 1, errors
    assert "\n" not in errors[0]
    return errors[0]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"retentionDays": 400}, "flow-logs:retentionDays is '400'; it must be a whole number"),
        ({"trafficAnalyticInterval": 60}, "trafficAnalyticInterval is not a setting"),
        ({"include": {"tag": {}}}, "flow-logs:include.tag"),
        ({"subscriptions": [UNSEEN]}, f"subscription {UNSEEN} is not visible"),
    ],
)
def test_a_wrong_configuration_is_one_line_and_nothing_is_written(
    staged: Staging, change: dict[str, object], expected: str
) -> None:
    there = staged()
    there.stack("dev", {**PLAIN, **change})
    assert expected in _refused(there.preview("dev"))
    assert there.server.writes() == []


def test_a_wrong_type_is_refused_by_the_schema(staged: Staging) -> None:
    there = staged()
    there.stack("dev", {**PLAIN, "retentionDays": "ninety"})
    done = there.preview("dev")
    assert done.code != 0
    assert "retentionDays" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_no_server_there_is_one_line(staged: Staging) -> None:
    there = staged()
    there.stack("dev", PLAIN)
    nowhere = {**there.engine.environment, "ARM_METADATA_HOSTNAME": "http://127.0.0.1:9"}
    done = Engine(there.engine.cli, there.engine.project, nowhere).operate("preview", "dev")
    assert "no cloud answers at http://127.0.0.1:9" in _refused(done)


def test_plain_http_elsewhere_is_refused(staged: Staging) -> None:
    there = staged()
    there.stack("dev", PLAIN)
    plain = {**there.engine.environment, "ARM_METADATA_HOSTNAME": "http://metadata.contoso.test"}
    done = Engine(there.engine.cli, there.engine.project, plain).operate("preview", "dev")
    assert "plain http" in _refused(done)


def test_read_rights_that_do_not_reach_far_enough_stop_the_run(
    staged: Staging, tmp_path: Path
) -> None:
    role = tmp_path / "role.json"
    role.write_text(
        json.dumps(
            {
                "Name": "half a reader",
                "Actions": ["*/read"],
                "NotActions": ["Microsoft.Network/networkInterfaces/read"],
                "AssignableScopes": ["/"],
            }
        )
    )
    there = staged(SAMPLE_ESTATE, "--role", str(role))
    there.stack("dev", PLAIN)
    line = _refused(there.preview("dev"))
    assert "Microsoft.Network/networkInterfaces/read" in line
    assert "Assign Reader" in line


def test_a_page_of_discovery_that_fails_stops_the_run(staged: Staging, tmp_path: Path) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text(
        json.dumps(
            [
                {
                    "method": "GET",
                    "path": "*/flowLogs",
                    "status": 403,
                    "code": "AuthorizationFailed",
                    "message": "no right to read flow logs",
                }
            ]
        )
    )
    there = staged(SAMPLE_ESTATE, "--faults", str(faults))
    there.stack("dev", PLAIN)
    line = _refused(there.preview("dev"))
    assert "AuthorizationFailed" in line
    assert there.server.writes() == []
