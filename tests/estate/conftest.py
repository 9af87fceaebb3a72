"""Local Azure behind a gateway that can be told to answer as no Azure would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from estate import http_client, waits
from tests.front import Front, fronting
from tools.projects import SAMPLE_ESTATE


@pytest.fixture(scope="module")
def servers(local_azure: Callable[..., Any]) -> Iterator[tuple[Front, list[str | None]]]:
    """The gateway, and what another host has heard."""
    with fronting(local_azure(SAMPLE_ESTATE).url) as both:
        yield both


@pytest.fixture
def front(
    servers: tuple[Front, list[str | None]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Front]:
    """The gateway, true again for each test; nobody waits long, and no other host hears of us."""
    monkeypatch.setattr(waits, "PAUSES", (0.0,))
    monkeypatch.setattr(http_client, "BIGGEST", 1_000_000)
    gateway, heard = servers
    gateway.strikes.clear()
    yield gateway
    assert heard == []
