"""Every wait for Azure is bounded, and told where it takes longer than a moment."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from estate import http_client, waits
from estate.response import BadResponseError
from estate.subscriptions import visible_subscriptions
from tests.broken import Sent
from tests.estate.behind import cloud_behind, line_of
from tests.front import Front

named = pytest.mark.parametrize


def test_a_wait_that_azure_asks_for_is_told_and_bounded(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    said: list[str] = []
    cloud = cloud_behind(front, said.append)

    def throttled(sent: Sent) -> Sent:
        return replace(sent, status=429, headers={**sent.headers, "Retry-After": "17"})

    front.strike("GET", "/subscriptions", throttled, times=1)
    assert visible_subscriptions(cloud)
    assert 17 in slept
    (line,) = said
    assert line.endswith("/subscriptions was answered 429; asking again in 17 seconds")


@named("after", ["3600", "1000000000", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_wait_beyond_the_bound_ends_in_oneline_of(front: Front, after: str) -> None:
    cloud = cloud_behind(front)
    front.strike(
        "GET",
        "/subscriptions",
        lambda sent: replace(sent, status=429, headers={"Retry-After": after}),
    )
    with pytest.raises(BadResponseError) as error:
        visible_subscriptions(cloud)
    assert "this run waits 300 in all" in line_of(error, front, "/subscriptions")


@named(
    "after", ["soon", "-1", "1e9", "nan", "", "Mon, 99 Foo 2026", "Thu, 01 Jan 1970 00:00:00 GMT"]
)
def test_an_odd_wait_counts_for_nothing(front: Front, after: str) -> None:
    cloud = cloud_behind(front)
    front.strike(
        "GET",
        "/subscriptions",
        lambda sent: replace(sent, status=503, headers={"Retry-After": after}),
        times=1,
    )
    assert visible_subscriptions(cloud)


def test_an_answer_that_drips_is_given_up_and_told(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    cloud = cloud_behind(front, said.append)
    monkeypatch.setattr(http_client, "WHOLE", 0.6)
    monkeypatch.setattr(waits, "SLOW", 0.2)
    front.strike("GET", "/subscriptions", lambda sent: replace(sent, drip=0.1))
    with pytest.raises(BadResponseError, match="had no whole answer"):
        visible_subscriptions(cloud)
    assert [line for line in said if "no whole answer after" in line]
