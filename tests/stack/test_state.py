"""What the engine says of the stack's own state, read as the plan needs it."""

from __future__ import annotations

from stack.state import parse_state

PREFIX = "urn:pulumi:dev::flow-logs::"
WATCHER = "/subscriptions/s/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/x/W"


def test_types_and_names_come_from_urns_even_with_colons_in_the_name() -> None:
    urn = f"{PREFIX}flow-logs:index:FlowLogging$azure-native:network:FlowLog::vnet::odd"
    found = parse_state({urn: {"type": "azure-native:network:FlowLog", "outputs": {}}})
    assert found.holds("azure-native:network:FlowLog", "vnet::odd")
    assert not found.holds("azure-native:network:FlowLog", "vnet")


def test_ids_are_spelled_as_the_last_run_sent_them() -> None:
    urn = f"{PREFIX}pulumi:pulumi:Stack::flow-logs-dev"
    outputs = {"watchers": {"s": {"westeurope": WATCHER}}, "coverage": {"skipped": [], "n": 1.0}}
    found = parse_state({urn: {"type": "pulumi:pulumi:Stack", "outputs": outputs}})
    assert found.spelling(WATCHER.upper()) == WATCHER
    assert found.spelling("/subscriptions/other") == "/subscriptions/other"


def test_in_a_stack_of_somebody_else_only_the_component_tells_how_ids_are_spelled() -> None:
    component = "flow-logs:index:FlowLogging"
    resources = {
        f"{PREFIX}pulumi:pulumi:Stack::shop-dev": {"outputs": {"watcher": WATCHER.lower()}},
        f"{PREFIX}{component}::logs": {"outputs": {"watchers": {"s": {"westeurope": WATCHER}}}},
    }
    assert parse_state(resources, component).spelling(WATCHER.upper()) == WATCHER
