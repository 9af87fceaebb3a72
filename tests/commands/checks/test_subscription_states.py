"""Preflight and the doctor on subscriptions of every state, and of none that anybody knows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import doctor, preflight
from tests.servers import LocalAzure
from tools.projects import SAMPLE_ESTATE

HUB, PROD, DEV = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
CLOSED = ["Disabled", "Deleted", "Suspended"]


@pytest.fixture
def look(
    local_azure: Callable[..., LocalAzure],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., dict[str, str]]:
    """Runs a command where one subscription has a state: check to line, and the exit code."""

    def looked(command: Callable[[list[str]], int], closed: str, state: str, *ids: str) -> object:
        path = tmp_path / "estate.json"
        entries = json.loads(SAMPLE_ESTATE.read_text())
        own = f"/subscriptions/{closed}"
        path.write_text(json.dumps([_of(each, own, state) for each in entries]))
        monkeypatch.setenv("ARM_METADATA_HOSTNAME", local_azure(path).url)
        code = command([*(word for one in ids for word in ("--subscription", one)), "--json"])
        told = json.loads(capsys.readouterr().out)
        found = {each["check"]: each["what"] for each in told["findings"] if own == each["subject"]}
        return {**found, "code": str(code)}

    return looked  # type: ignore[return-value]


def _of(entry: dict[str, object], own: str, state: str) -> dict[str, object]:
    return {**entry, "state": state} if entry["id"] == own else entry


@pytest.mark.parametrize("state", CLOSED)
def test_preflight_names_a_subscription_that_a_run_skips(
    look: Callable[..., dict[str, str]], state: str
) -> None:
    found = look(preflight.main, DEV, state, HUB, DEV)
    assert state in found.pop("subscription-skipped")
    assert found == {"code": "1"}


@pytest.mark.parametrize("state", CLOSED)
def test_preflight_says_that_a_run_stops_without_the_stacks_own_subscription(
    look: Callable[..., dict[str, str]], state: str
) -> None:
    found = look(preflight.main, HUB, state, HUB, DEV)
    assert state in found.pop("stack-subscription-closed")
    assert found == {"code": "2"}


@pytest.mark.parametrize("command", [preflight.main, doctor.main])
@pytest.mark.parametrize("state", ["Warned", "PastDue"])
def test_one_that_will_be_disabled_is_a_warning(
    look: Callable[..., dict[str, str]], command: object, state: str
) -> None:
    assert f"is {state}: Azure disables it" in look(command, DEV, state, DEV)["subscription-ending"]


@pytest.mark.parametrize("state", CLOSED)
def test_the_doctor_finds_a_subscription_that_takes_no_writes(
    look: Callable[..., dict[str, str]], state: str
) -> None:
    found = look(doctor.main, DEV, state, DEV)
    assert state in found.pop("subscription-closed")
    assert found == {"code": "2"}
