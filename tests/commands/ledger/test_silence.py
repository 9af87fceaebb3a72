"""The doctor tells a quiet network from a silent flow log as the ledger does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commands import doctor
from tests.commands.ledger.conftest import BESIDE, EVE, HOUR, OWN, event, now, rows
from tests.commands.replay import shop

pytestmark = pytest.mark.slow


@pytest.fixture
def told(shop_with: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What the doctor says of the shop's own flow log, silent for eight hours."""

    def run(*more: dict[str, object], events: list[dict[str, object]] | None = None) -> str:
        listed = [*rows(OWN, [range(8)]), *rows(BESIDE), *more]
        shop_with(listed, events=events or [])
        doctor.main(["--subscription", shop.SUBSCRIPTION])
        return capsys.readouterr().out

    return run


def test_a_quiet_network_is_no_silent_flow_log(told: Callable[..., str]) -> None:
    text = told()
    assert "| vnet-shop | fl-shop | yes | yes, and there is no traffic |" in text
    assert "flow-log-silent" not in text


def test_traffic_analytics_own_failure_is_the_cause(told: Callable[..., str]) -> None:
    failed = [
        {
            "SubType": "StatusMessage",
            "FlowLogResourceId": shop.LOG,
            "TimeGenerated": now() - HOUR * (hour - 1),
            "FlowIntervalStartTime": now() - HOUR * hour,
            "Status": "Failed",
            "Description": "the storage account could not be read",
        }
        for hour in range(2, 9)
    ]
    text = told(*failed)
    assert "flow-log-silent" in text
    assert "Traffic Analytics failed (the storage account could not be read)" in text


def test_who_deleted_what_is_the_cause(told: Callable[..., str]) -> None:
    delete = event(8, "Microsoft.Storage/storageAccounts/delete", shop.ACCOUNT)
    text = told(events=[delete])
    assert "flow-log-silent" in text
    assert f"storage account deleted by {EVE}" in text
