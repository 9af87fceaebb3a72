"""Where previews and deployments stop before the engine starts, and where they must not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import deploy, preview
from commands.preflight import BlindError, obstacles
from commands.shared import command_line
from tests.servers import LocalAzure
from tools.projects import REPOSITORY

pytestmark = pytest.mark.slow

ESTATES = REPOSITORY / "localazure" / "estates"
NEGLECTED = "00000000-0000-4000-8000-000000000009"
NOBODY = "http://127.0.0.1:9"  # the discard service, which nothing runs any more
PLAIN = f"config: {{location: westeurope, subscriptions: ['{NEGLECTED}']}}"

Write = Callable[[str], str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes the file of stack ``x``, where there is no cloud unless a test says otherwise."""
    monkeypatch.setattr(command_line, "REPOSITORY", tmp_path)
    monkeypatch.setenv("ARM_METADATA_HOSTNAME", NOBODY)
    monkeypatch.setenv("ARM_SUBSCRIPTION_ID", NEGLECTED)

    def written(text: str) -> str:
        (tmp_path / "Pulumi.x.yaml").write_text(text)
        return "x"

    return written


@pytest.fixture(scope="module")
def faulty(local_azure: Callable[..., LocalAzure]) -> LocalAzure:
    """The neglected subscription."""
    return local_azure(ESTATES / "faulty.json")


def test_what_azure_would_refuse_does_not_begin(
    faulty: LocalAzure,
    write: Write,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without an engine: neither comes as far as that. The comment before is replaced."""
    write(PLAIN)
    monkeypatch.setenv("ARM_METADATA_HOSTNAME", faulty.url)
    for command, stack in ((preview.main, "x"), (deploy.main, "contoso/flow-logs/x")):
        assert command([stack, "--output", str(tmp_path / "told.md")]) == 1
        text = capsys.readouterr().out
        head = f"<!-- flow-logs preview of {stack} -->\n\n## {stack}: stopped before it began\n"
        assert text.startswith(head)
        assert "resource provider Microsoft.Insights is NotRegistered" in text
        assert text.count("\n- error: ") == 7
        assert text == (tmp_path / "told.md").read_text()


@pytest.mark.parametrize("command", [preview.main, deploy.main])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PLAIN, f"no cloud answers at {NOBODY}; check ARM"),
        ("config:\n  a: [", "Pulumi.x.yaml is no YAML: line 2, expected the node content"),
        ("- location", "Pulumi.x.yaml is no stack file: it must hold keys and values"),
        ("config: [location]", "Pulumi.x.yaml is no stack file: config must hold keys and values"),
    ],
)
def test_what_nobody_can_read_is_one_line_and_the_engine_is_not_asked(
    command: Callable[[list[str]], int],
    text: str,
    told: str,
    write: Write,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command([write(text)]) == 1
    summary = capsys.readouterr().out.replace("\N{WORD JOINER}", "")
    (line,) = [line for line in summary.splitlines() if line.startswith("- ")]
    assert told.replace("_", "\\_") in line


@pytest.mark.parametrize("command", [preview.main, deploy.main])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("config: {workspaceId: {secure: v1:abc}}", "flow-logs:workspaceId is encrypted in Pulumi"),
        ("config: {'azure-native:clientSecret': {secure: v1:a}}", "give its value as ARM\\_CLIENT"),
        (f"{PLAIN}\nenvironment: [log-in]", "takes settings from Pulumi ESC (environment), which"),
        (
            "config: {location: westeurope, retentionDays: 700}",
            "is '700'; it must be a whole number from 1 to 365",
        ),
    ],
)
def test_settings_that_cannot_be_read_are_told_and_never_passed_over(
    command: Callable[[list[str]], int],
    text: str,
    told: str,
    write: Write,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without an engine: the project of the test is none of Pulumi's."""
    assert command([write(text)]) == 1
    summary = capsys.readouterr().out
    assert "Preflight could not look" in summary
    assert told in summary


def test_a_stack_without_a_file_is_told(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write(PLAIN)
    assert preview.main(["y"]) == 1
    assert "cannot be read: No such file or directory; name a stack" in capsys.readouterr().out


def test_a_question_that_azure_refuses_is_told_with_its_address(
    local_azure: Callable[..., LocalAzure],
    write: Write,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def azure(path: str) -> None:
        fault = {"path": path, "status": 403, "code": "AuthorizationFailed", "message": "No."}
        (tmp_path / "faults.json").write_text(json.dumps([fault]))
        running = local_azure(ESTATES / "faulty.json", faults=tmp_path / "faults.json")
        monkeypatch.setenv("ARM_METADATA_HOSTNAME", running.url)

    azure("/subscriptions")
    with pytest.raises(BlindError, match=r"AuthorizationFailed: No\. \(GET /subscriptions\)\. Way"):
        obstacles(write(PLAIN), "preview")
    azure("*/flowLogs")
    (line,) = (line for line in obstacles("x", "preview") if "could not be read" in line)
    assert "(GET /subscriptions/" in line
    assert "/flowLogs). Way out: run it again once Azure answers" in line
