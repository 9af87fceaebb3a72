"""Debug lines of the SDK: what a run sends, with and without being asked for them."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi.log
import pytest
from pulumi.runtime import resource

import sdk_debug_lines


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("pulumi up --stack dev", False),
        ("pulumi preview --diff", False),
        ("pulumi preview --debug=false", False),
        ("pulumi preview --debug", True),
        ("pulumi up -d", True),
        ("pulumi up --logtostderr -v=9", True),
        ("pulumi up --verbose 9", True),
    ],
)
def test_a_command_line_asks_for_debug_lines(line: str, asks: bool) -> None:
    assert sdk_debug_lines.asks_for_debug(line.split()) is asks


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Lines that reach an engine, in a process whose SDK is as it came."""
    lines: list[str] = []
    monkeypatch.setattr(pulumi.log, "debug", pulumi.log.debug)
    monkeypatch.setattr(pulumi.log, "get_engine", lambda: "an engine")
    monkeypatch.setattr(pulumi.log, "_log", lambda engine, severity, msg, *_: lines.append(msg))
    return lines


def _started_by(monkeypatch: pytest.MonkeyPatch, *lines: Sequence[str]) -> None:
    monkeypatch.setattr(sdk_debug_lines, "_ancestors", lambda process: iter(map(list, lines)))


def test_a_run_that_does_not_ask_sends_none_and_all_else(
    sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _started_by(monkeypatch, ["python", "-m", "language_host"], ["/opt/pulumi", "up"])
    assert sdk_debug_lines.leave_out()
    vars(resource)["log"].debug("registering")  # as the SDK itself does
    pulumi.log.warn("a network is dark")
    assert sent == ["a network is dark"]


@pytest.mark.parametrize(
    "lines",
    [
        (["host"], ["/opt/pulumi", "up", "--debug"]),
        (["host"], ["bash"]),  # not started by the CLI that is known
        ([""],),
    ],
    ids=["asked for", "another parent", "nothing to read"],
)
def test_debug_lines_stay_where_they_may_be_wanted(
    sent: list[str], monkeypatch: pytest.MonkeyPatch, lines: Sequence[Sequence[str]]
) -> None:
    _started_by(monkeypatch, *lines)
    assert not sdk_debug_lines.leave_out()
    vars(resource)["log"].debug("registering")  # as the SDK itself does
    assert sent == ["registering"]


def test_an_sdk_that_has_changed_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    _started_by(monkeypatch, ["/opt/pulumi", "up"])
    monkeypatch.setattr(pulumi.log, "debug", lambda message, **_: None)
    assert not sdk_debug_lines.leave_out()


def test_this_sdk_is_the_one_that_is_known() -> None:
    assert sdk_debug_lines._is_known()
