"""The pack on the real engine: previews, updates, a saved state, and a newcomer who follows it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.shared.engine import Run
from tests.policies.analyzer import PACK
from tests.policies.shop import COMPLIANT, STACK, Shop, arguments, open_shop

LEGACY = (
    "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/NetworkWatcherRG/providers/"
    "Microsoft.Network/networkWatchers/NetworkWatcher_westeurope/flowLogs/fl-legacy"
)
LEGACY_TARGET = (
    "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-legacy/providers/"
    "Microsoft.Network/networkSecurityGroups/nsg-legacy"
)


@pytest.fixture
def shop(tmp_path: Path, pulumi_cli: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as opened:
        yield opened


def refusals(run: Run) -> Counter[str]:
    """Mandatory violations by policy."""
    return Counter(item.policy for item in run.violations if item.level == "mandatory")


def advice(run: Run) -> Counter[str]:
    """Advisory ones by policy."""
    return Counter(item.policy for item in run.violations if item.level == "advisory")


def test_newcomer_is_told_what_to_change_and_passes_once_it_is_done(shop: Shop) -> None:
    naive = "target_resource_id=security_group.id, enabled=True"
    shop.declare(web_log=naive)
    refused = shop.guarded("preview")
    assert refused.code != 0
    assert refusals(refused) == {
        "flow-log-version": 1,
        "flow-log-retention": 1,
        "flow-log-traffic-analytics": 1,
        "flow-log-target": 1,
    }

    said = [item.message for item in refused.violations if item.level == "mandatory"]
    lines = [line.strip() for message in said for line in message.splitlines()]
    copied = [line.removeprefix("Python: ") for line in lines if line.startswith("Python: ")]
    assert len(copied) == 4
    shop.declare(web_log=f"**{{**dict({naive}), **dict({', '.join(copied)})}}")
    passed = shop.guarded("preview")
    assert (passed.code, passed.violations) == (0, [])
    deployed = shop.guarded("up")
    assert (deployed.code, deployed.violations) == (0, [])
    assert len(shop.flow_log_writes()) == 1


def test_preview_lists_every_violation_and_update_refuses(shop: Shop) -> None:
    wrong = arguments(
        enabled="False",
        format="{'version': 1}",
        storage_id="storage['northeurope'].id",
        retention_policy="{'enabled': True, 'days': 7}",
        flow_analytics_configuration="{'network_watcher_flow_analytics_configuration': {"
        "'enabled': True, 'traffic_analytics_interval': 30, "
        "'workspace_resource_id': workspace.id, 'workspace_region': 'westeurope'}}",
        opts="pulumi.ResourceOptions(ignore_changes=['enabled'])",
        flow_log_name="'one'",
    )
    shop.declare(first=wrong, second=wrong)
    listed = shop.guarded("preview")
    assert listed.code != 0
    assert refusals(listed) == {
        "flow-log-enabled": 2,
        "flow-log-version": 2,
        "flow-log-retention": 2,
        "flow-log-traffic-analytics": 2,
        "flow-log-no-ignored-changes": 2,
        "flow-log-storage-region": 2,
        "flow-log-workspace-region": 2,
        "flow-log-unique-target": 1,
    }
    stopped = shop.guarded("up")
    assert stopped.code != 0
    assert refusals(stopped)
    assert shop.flow_log_writes() == []


def test_advice_does_not_block(shop: Shop) -> None:
    shop.declare(web_log=arguments(enabled_filtering_criteria="'DstPort=443'"))
    run = shop.guarded("preview")
    assert run.code == 0
    assert advice(run) == {"flow-log-coverage": 1}
    shop.declare()
    run = shop.guarded("preview")
    assert run.code == 0
    assert advice(run) == {"flow-log-coverage": 2}
    assert {item.urn.split("::")[-1] for item in run.violations} == {"network", "security-group"}


def test_flow_log_on_a_security_group_passes_when_it_exists(shop: Shop) -> None:
    imported = arguments(
        target_resource_id=f"'{LEGACY_TARGET}'",
        flow_log_name="'fl-legacy'",
        opts=f"pulumi.ResourceOptions(import_='{LEGACY}', retain_on_delete=True)",
    )
    shop.declare(network_log=COMPLIANT, legacy=imported)
    assert refusals(shop.guarded("preview")) == {}
    assert shop.guarded("up").code == 0
    shop.declare(
        network_log=COMPLIANT,
        legacy=imported,
        new=arguments(target_resource_id="security_group.id"),
    )
    refused = shop.guarded("preview")
    assert refusals(refused) == {"flow-log-target": 1}
    assert [item.urn.split("::")[-1] for item in refused.violations] == ["new"]


def test_switched_off_flow_log_passes_where_migration_is_allowed(shop: Shop) -> None:
    off = (
        f"target_resource_id='{LEGACY_TARGET}', flow_log_name='fl-legacy', enabled=False, "
        "format={'type': 'JSON', 'version': 1}, retention_policy={'enabled': False, 'days': 0}, "
        f"opts=pulumi.ResourceOptions(import_='{LEGACY}', retain_on_delete=True)"
    )
    shop.declare(network_log=COMPLIANT, legacy=off)
    rules = ("enabled", "version", "retention", "traffic-analytics")
    strict = refusals(shop.guarded("preview"))
    assert strict == {f"flow-log-{rule}": 1 for rule in rules}
    allowed = {f"flow-log-{rule}": {"allowDisabledNsgFlowLogs": True} for rule in rules}
    run = shop.guarded("preview", allowed)
    assert refusals(run) == {}
    (summary,) = (item for item in run.violations if item.policy == "flow-log-not-evaluated")
    assert "flow-log-retention: 'legacy': switched off on a network security group" in (
        summary.message
    )


def test_unknown_value_is_named_in_the_preview_and_refused_at_deployment(shop: Shop) -> None:
    days = "{'enabled': True, 'days': known_later.apply(lambda _: 7)}"
    shop.declare(web_log=arguments(retention_policy=days))
    preview = shop.guarded("preview")
    assert preview.code == 0
    assert advice(preview) == {"flow-log-retention": 1, "flow-log-not-evaluated": 1}
    for item in preview.violations:
        assert "retentionPolicy.days" in item.message
    update = shop.guarded("up")
    assert update.code != 0
    assert refusals(update) == {"flow-log-retention": 1}
    assert shop.flow_log_writes() == []


def test_saved_state_is_analysed_without_program_and_azure(shop: Shop, tmp_path: Path) -> None:
    shop.declare(web_log=arguments(retention_policy="{'enabled': True, 'days': 30}"))
    shop.unguarded_up()
    state = tmp_path / "state.json"
    exported = shop.engine.run("stack", "export", "--stack", STACK, "--file", str(state))
    assert exported.code == 0, exported.stderr
    analyse: tuple[str, ...] = (
        "policy",
        "analyze",
        "--policy-pack",
        str(PACK),
        "--file",
        str(state),
    )
    refused = shop.engine.run(*analyse)
    assert refused.code != 0
    assert "retentionPolicy.days is 30; 90 to 365 days are needed" in refused.stdout
    analyse = (*analyse, "--policy-pack-config", str(PACK / "config" / "dev.json"))
    passed = shop.engine.run(*analyse)
    assert passed.code == 0, passed.stdout + passed.stderr
    add_second_flow_log(state)
    doubled = shop.engine.run(*analyse)
    assert doubled.code != 0
    assert "its target already has the flow log 'web-log'" in doubled.stdout


def add_second_flow_log(state: Path) -> None:
    """Puts a copy of the only flow log into a saved state: Azure itself would refuse it."""
    content = json.loads(state.read_text())
    resources = content["deployment"]["resources"]
    (flow_log,) = (item for item in resources if item["type"].endswith(":FlowLog"))
    copy = {**flow_log, "urn": f"{flow_log['urn']}-copy", "id": f"{flow_log['id']}-copy"}
    state.write_text(json.dumps({**content, "deployment": {"resources": [*resources, copy]}}))


def test_settings_are_checked_before_anything_is_judged(shop: Shop) -> None:
    shop.declare(web_log=COMPLIANT)
    unknown = shop.guarded("preview", {"flow-log-retention": {"minDays": 30}})
    assert unknown.code != 0
    (mistake,) = (item for item in unknown.violations if item.level == "mandatory")
    assert mistake.urn.split("::")[-1] == f"shop-{STACK}"
    assert "unknown setting 'minDays'; this rule has minimumDays, maximumDays" in mistake.message
    wrong = shop.guarded("preview", {"flow-log-retention": {"minimumDays": 0}})
    assert wrong.code != 0
    assert "flow-log-retention: minimumDays" in wrong.stdout + wrong.stderr


def test_level_of_a_policy_can_be_lowered(shop: Shop) -> None:
    shop.declare(web_log=arguments(retention_policy="{'enabled': True, 'days': 7}"))
    run = shop.guarded("preview", {"flow-log-retention": "advisory"})
    assert run.code == 0
    assert advice(run) == {"flow-log-retention": 1}


def test_new_resources_that_a_target_leaves_out_are_listed_and_not_refused(shop: Shop) -> None:
    on_group = arguments(target_resource_id="security_group.id", enabled="False")
    shop.declare(web_log=COMPLIANT, wrong=on_group)
    group = f"urn:pulumi:{STACK}::shop::azure-native:resources:ResourceGroup::group"
    run = shop.guarded("preview", None, "--target", group)
    assert (run.code, refusals(run)) == (0, {})
    (listed,) = run.violations
    said = "'network', 'security-group', 'web-log', 'wrong'"
    assert listed.message.endswith(f"left out of this run (--target, --exclude): {said}")
    whole = shop.guarded("preview")
    assert refusals(whole) == {"flow-log-enabled": 1, "flow-log-target": 1}
