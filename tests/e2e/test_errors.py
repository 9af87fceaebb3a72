"""A user's mistake, or a cloud that does not answer, is one line and never a traceback."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from commands.shared.command_line import stack_settings
from commands.shared.engine import Engine, Run
from stack.settings.mistakes import SettingsError
from tests.broken import BROKEN, BROKEN_PAGES, Sent
from tests.e2e.conftest import Staging
from tests.front import fronting
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
        ({"include": {"tag": {}}}, "tag is no key of flow-logs:include; known are tags, "),
        ({"location": "westeurop"}, "pulumi config set flow-logs:location westeurope"),
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


WAYS_OUT: dict[str, tuple[dict[str, Any], str]] = {
    "a list that is a text": ({"include": {"names": "nsg-*"}}, "nsg-*"),
    "a list in a map that is a text": ({"include": {"tags": {"env": "dev"}}}, "dev"),
    "a value in a list": ({"subscriptions": [DEV, "dev"]}, UNSEEN),
    "a map that is a list": ({"tags": ["dev"]}, "dev"),
    "a text that is a number": ({"tags": {"cost center": 42}}, "42"),
    "a number that is a text": ({"alerts": {"deniedFlowsThreshold": "few"}}, "5"),
    "a switch that is a text": ({"alerts": {"enabled": "yes"}}, "true"),
    "a port that is a text": ({"alerts": {"managementPorts": [22, "ssh"]}}, "2222"),
    "a choice": ({"targetLevel": "vnet"}, "subnet"),
    "an unknown key": ({"retentiondays": 7}, ""),
    "an unknown key in a map": ({"exclude": {"name": ["x"]}}, ""),
    "an empty list": ({"exclude": {"tags": {"env": []}, "names": ["x"]}}, ""),
    "a tag of ours": ({"tags": {"Managed-By": "x"}}, ""),
    "no use": ({"disableFor": {"names": ["x"]}}, ""),
}


def test_the_commands_that_a_line_names_put_the_setting_right(staged: Staging) -> None:
    there = staged()
    there.stack("dev", PLAIN)
    for change, value in WAYS_OUT.values():
        there.configure("dev", {**PLAIN, **change})
        with pytest.raises(SettingsError) as refused:
            stack_settings("dev", there.engine.environment, there.engine.project)
        told = str(refused.value).partition("it: " if not value else "with: ")[2]
        for command in told.split(" && "):
            arguments = [
                argument if argument != "VALUE" else value for argument in shlex.split(command)[1:]
            ]
            done = there.engine.run(*arguments, "--stack", "dev")
            assert done.code == 0, (command, done.stderr)
        stack_settings("dev", there.engine.environment, there.engine.project)


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


BETWEEN = [
    ("GET", "/metadata/endpoints", "a page with 200"),
    ("GET", "/subscriptions", "a redirect to another host"),
    ("POST", "/providers/Microsoft.ResourceGraph/resources", "cut"),
    ("GET", "*/networkWatchers", "members that are lists of null"),
    ("GET", "*/flowLogs", "a next page on another host"),
]


def test_what_comes_in_place_of_an_answer_is_one_line(staged: Staging) -> None:
    there = staged()
    there.stack("dev", PLAIN)
    with fronting(there.url) as (front, heard):
        behind = {**there.engine.environment, "ARM_METADATA_HOSTNAME": front.url}
        engine = Engine(there.engine.cli, there.engine.project, behind)
        for method, path, name in BETWEEN:
            front.strike(method, path, {**BROKEN, **BROKEN_PAGES}[name])
            line = _refused(engine.operate("preview", "dev"))
            assert f"{method} {front.url}" in line
            assert path.strip("*") in line
        assert heard == []

        front.strike("GET", "*/flowLogs", _throttled, times=1)
        done = engine.operate("preview", "dev")
        assert done.code == 0, done.stdout
        assert any("asking again in 5 seconds" in line for line in done.messages("info"))
    assert there.server.writes() == []


def _throttled(sent: Sent) -> Sent:
    return replace(sent, status=429, headers={**sent.headers, "Retry-After": "5"})


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


def test_credentials_are_encrypted_in_the_state_and_in_no_log(staged: Staging) -> None:
    """Written in plain text into the stack file, which the engine then takes for no secret."""
    there = staged()
    there.stack("dev", PLAIN)
    hushed = ("oidcToken", "oidcRequestToken", "clientCertificatePassword")
    for name in hushed:
        key, value = f"azure-native:{name}", f"hush-{name}"
        said = there.engine.run("config", "set", "--plaintext", key, value, "--stack", "dev")
        assert said.code == 0, said.stderr
    done = there.up("dev", "--suppress-outputs")
    assert done.code == 0, done.stdout
    state = there.engine.run("stack", "export", "--stack", "dev").stdout
    assert "subscription-" in state
    shown = [event for event in done.events if "preludeEvent" not in event]  # that is the file
    for held in (state, done.stdout, done.stderr, json.dumps(shown)):
        assert "hush-" not in held
    told = there.engine.run("stack", "export", "--show-secrets", "--stack", "dev").stdout
    assert all(f"hush-{name}" in told for name in hushed)
