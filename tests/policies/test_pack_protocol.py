"""The pack over the engine's real protocol, in a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import Any

import pytest

from tests.policies.analyzer import FLOW_LOG, PACK, STACK, Pack, Resource

COMPLIANT: dict[str, Any] = {
    "enabled": True,
    "format": {"type": "JSON", "version": 2},
    "retentionPolicy": {"enabled": True, "days": 90},
    "flowAnalyticsConfiguration": {
        "networkWatcherFlowAnalyticsConfiguration": {
            "enabled": True,
            "trafficAnalyticsInterval": 10,
            "workspaceResourceId": "<unknown>",
        }
    },
}


def test_compliant_flow_log_passes(pack: Pack) -> None:
    assert pack.analyze(Resource(FLOW_LOG, COMPLIANT)).diagnostics == []


def test_bare_flow_log_is_refused_by_each_rule(pack: Pack) -> None:
    required = {"resourceGroupName": "rg-nw", "networkWatcherName": "nw-weu"}
    refused = pack.analyze(Resource(FLOW_LOG, required)).diagnostics
    assert [(item.policy, item.level) for item in refused] == [
        ("flow-log-enabled", "mandatory"),
        ("flow-log-version", "mandatory"),
        ("flow-log-retention", "mandatory"),
        ("flow-log-traffic-analytics", "mandatory"),
    ]


def test_flow_log_that_the_run_leaves_out_is_not_judged(pack: Pack) -> None:
    assert pack.analyze(Resource(FLOW_LOG, {}, ignore_changes=["enabled"])).diagnostics == []


@pytest.mark.parametrize(
    ("file", "days", "refused"),
    [("dev.json", 30, False), ("dev.json", 29, True), ("prod.json", 89, True)],
)
def test_our_config_files_set_the_minimum(pack: Pack, file: str, days: int, refused: bool) -> None:
    pack.configure(json.loads((PACK / "config" / file).read_text()))
    flow_log = {**COMPLIANT, "retentionPolicy": {"enabled": True, "days": days}}
    assert bool(pack.analyze(Resource(FLOW_LOG, flow_log)).diagnostics) is refused


def test_mistakes_in_the_settings_are_refused_on_the_stack(pack: Pack) -> None:
    pack.configure({"flow-log-retention": {"minDays": 30}})
    (mistake,) = pack.analyze(Resource(STACK, {})).diagnostics
    assert mistake.level == "mandatory"
    assert mistake.says == (
        "policy config, 'flow-log-retention': unknown setting 'minDays'; this rule has "
        "minimumDays, maximumDays, allowForever, allowDisabledNsgFlowLogs, exemptTargets."
    )


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_engines_signal_ends_it_without_a_word(number: signal.Signals) -> None:
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(PACK)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=PACK, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip().isdigit()
        process.send_signal(number)
        said, complained = process.communicate(timeout=20)
    assert (process.returncode, said, complained) == (0, b"", b"")
