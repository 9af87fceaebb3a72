"""The doctor tells a quiet network from a silent flow log as the ledger does."""

from __future__ import annotations

import contextlib
import io

import pytest

from commands import doctor
from tests.commands.ledger.planted import EVE, SUBSCRIPTION

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told(azure: None) -> list[str]:
    """What the doctor says of the planted estate, line by line."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        doctor.main(["--subscription", SUBSCRIPTION])
    return printed.getvalue().splitlines()


def silent(told: list[str], name: str) -> list[str]:
    """Lines of the finding about a flow log without rows."""
    return [line for line in told if f"on {name}, its last row" in line]


def test_a_quiet_network_is_no_silent_flow_log(told: list[str]) -> None:
    (line,) = (each for each in told if each.startswith("| now-quiet |"))
    assert line.startswith("| now-quiet | fl-now-quiet | yes | yes, and there is no traffic |")
    assert silent(told, "now-quiet") == []


def test_traffic_analytics_own_failure_is_the_cause(told: list[str]) -> None:
    (line,) = silent(told, "now-failed")
    assert "Traffic Analytics failed (storage could not be read)" in line


def test_who_deleted_what_is_the_cause(told: list[str]) -> None:
    (line,) = silent(told, "now-gone")
    assert f"storage account deleted by {EVE}" in line


def test_a_lost_rule_of_traffic_analytics_is_the_cause(told: list[str]) -> None:
    (line,) = silent(told, "rule")
    assert f"rule of Traffic Analytics deleted by {EVE}" in line
