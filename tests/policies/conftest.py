"""Fixtures of the policy pack's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.policies.analyzer import Pack, running_pack


@pytest.fixture(scope="session")
def pack_process() -> Iterator[Pack]:
    """The pack in a process of its own, shared: starting one takes a second."""
    with running_pack() as started:
        yield started


@pytest.fixture
def pack(pack_process: Pack) -> Pack:
    """The running pack with its settings at their defaults."""
    pack_process.configure({})
    return pack_process
