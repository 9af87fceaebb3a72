"""The calculator against what Microsoft's own pages calculate."""

from __future__ import annotations

import pytest

from commands.cost import bill, main


def test_the_example_of_the_traffic_analytics_faq() -> None:
    """10 GB of logs that become 1 GB in the workspace: 10 x $2.30 + 1 x $2.76 = $25.76."""
    found = bill(10, interval=60)
    assert found.processing + found.ingestion == pytest.approx(25.76)


def test_each_subscription_has_five_free_gb() -> None:
    assert bill(100, 60).collection == pytest.approx(47.50)
    assert bill(100, 60, subscriptions=3).collection == pytest.approx(42.50)
    assert bill(4, 60).collection == 0


def test_ten_minutes_make_processing_half_as_dear_again() -> None:
    assert bill(100, 10).processing / bill(100, 60).processing == pytest.approx(1.52, abs=0.01)
    assert bill(100, 10).ingestion == bill(100, 60).ingestion


def test_both_intervals_are_printed_and_what_is_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["100"]) == 0
    printed = capsys.readouterr().out
    assert "$305.10" in printed
    assert "$425.10" in printed
    assert "not priced here: storage" in printed


AMOUNT, COUNT = "must be a number above 0, such as 100", "must be a whole number from 1 on"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["0"], f"argument gb: '0' {AMOUNT}"),
        (["many"], f"argument gb: 'many' {AMOUNT}"),
        (["nan"], f"argument gb: 'nan' {AMOUNT}"),
        (["1e400"], f"argument gb: '1e400' {AMOUNT}"),
        (["5", "--reduction", "x"], f"argument --reduction: 'x' {AMOUNT}"),
        (["5", "--subscriptions", "0"], f"argument --subscriptions: '0' {COUNT}"),
        (["5", "--subscriptions", "two"], f"argument --subscriptions: 'two' {COUNT}"),
        ([], "required: gb"),
    ],
)
def test_what_is_no_amount_is_refused(
    given: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err
