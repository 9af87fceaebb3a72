"""Fixtures for the azure-native stand-in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.localazure.provider.scripted_arm import ScriptedArm
from tests.localazure.provider.stand_in import SUBSCRIPTION, StandIn, launch


@pytest.fixture
def arm() -> Iterator[ScriptedArm]:
    with ScriptedArm() as scripted:
        yield scripted


@pytest.fixture(scope="session")
def shared_stand_in() -> Iterator[StandIn]:
    """One process for all tests that neither end nor cancel it."""
    started = StandIn(launch("127.0.0.1:1"))
    yield started
    started.end()


@pytest.fixture
def provider(shared_stand_in: StandIn, arm: ScriptedArm) -> StandIn:
    """A stand-in that is configured for the scripted ARM."""
    shared_stand_in.configure(metadataHost=arm.base, subscriptionId=SUBSCRIPTION)
    return shared_stand_in


@pytest.fixture
def own() -> Iterator[StandIn]:
    """A stand-in of the test's own, not configured yet."""
    started = StandIn(launch("127.0.0.1:1"))
    yield started
    started.end()
