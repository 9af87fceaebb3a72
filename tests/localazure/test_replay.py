"""Recorded traffic against local Azure: status, error code, polling headers and body agree.

What does not agree is listed in deviations.py with its reason, and every entry has to be met.
Equality is of whole bodies, member by member; values that only a real service knows (etags, GUIDs,
times, endpoints) count by their type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.localazure.deviations import DEVIATIONS, Deviation
from tests.localazure.replay import Difference, Replay, modelled, prepared, seeds
from tests.recordings import read_recording, recordings
from tests.servers import LocalAzure

LEAST = 300
"""Requests that are replayed, at least: a test that replays nothing proves nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all recordings came to."""

    differences: list[tuple[str, Difference]]
    requests: list[tuple[str, str]]


@pytest.fixture(scope="module")
def outcome(
    shared_data: Path,
    local_azure: Callable[..., LocalAzure],
    tmp_path_factory: pytest.TempPathFactory,
) -> Outcome:
    """Every recording that has a request on a modelled type, each on a server of its own."""
    estate = tmp_path_factory.mktemp("replay") / "estate.json"
    differences, requests = [], []
    for path in recordings(shared_data):
        exchanges = prepared(read_recording(path))
        if not any(modelled(each) for each in exchanges):
            continue
        estate.write_text(json.dumps(seeds(exchanges)))
        azure = local_azure(estate)
        differences += [(path.name, each) for each in Replay(azure, exchanges).differences()]
        requests += [(each["method"], each["path"]) for each in azure.requests()]
        azure.stop()
    return Outcome(differences, requests)


def test_recorded_answers_are_the_answers_here(outcome: Outcome) -> None:
    unexpected = [
        f"{recording}: {difference}"
        for recording, difference in outcome.differences
        if not any(each.covers(recording, difference) for each in DEVIATIONS)
    ]

    assert unexpected == []


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda each: f"{each.kind}-{each.path}")
def test_no_deviation_is_listed_in_vain(outcome: Outcome, deviation: Deviation) -> None:
    assert any(deviation.covers(*each) for each in outcome.differences)


def test_enough_was_replayed(outcome: Outcome) -> None:
    assert len(outcome.requests) >= LEAST


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", r"/networkWatchers/[^/]+/flowLogs/[^/]+$"),
        ("DELETE", r"/networkWatchers/[^/]+/flowLogs/[^/]+$"),
        ("GET", r"/networkWatchers/[^/]+/flowLogs/[^/]+$"),
        ("PUT", r"/networkWatchers/[^/]+$"),
        ("PATCH", r"/networkWatchers/[^/]+$"),
        ("GET", r"/networkWatchers$"),
        ("PUT", r"/networkSecurityGroups/[^/]+$"),
        ("PUT", r"/networkSecurityGroups/[^/]+/securityRules/[^/]+$"),
        ("PUT", r"/virtualNetworks/[^/]+$"),
        ("PUT", r"/virtualNetworks/[^/]+/subnets/[^/]+$"),
        ("PUT", r"/virtualNetworks/[^/]+/virtualNetworkPeerings/[^/]+$"),
        ("DELETE", r"/virtualNetworks/[^/]+/virtualNetworkPeerings/[^/]+$"),
        ("PUT", r"/applicationSecurityGroups/[^/]+$"),
        ("PUT", r"/networkInterfaces/[^/]+$"),
        ("PUT", r"/storageAccounts/[^/]+$"),
        ("PUT", r"/workspaces/[^/]+$"),
        ("DELETE", r"/resourcegroups/[^/]+$"),
        ("GET", r"/operations/[^/]+$"),
        ("GET", r"/operationResults/[^/]+$"),
        ("GET", r"/asyncoperations/[^/]+$"),
        ("POST", r"Microsoft\.ResourceGraph/resources$"),
    ],
)
def test_every_kind_of_request_was_replayed(outcome: Outcome, method: str, path: str) -> None:
    found = [each for each in outcome.requests if each[0] == method and re.search(path, each[1])]

    assert found
