"""The doctor: every planted fault found, none where our `up` has been, and what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from commands import doctor
from commands.checks import arm_bodies, doctor_checks
from commands.checks.scope import scope_of
from estate.arm_id import key, name_of
from estate.cloud import connect
from estate.discover import read_estate
from plan import naming
from stack.settings.read import parse_settings
from tests.e2e.stage import Stage, stage
from tests.servers import LocalAzure
from tools.projects import REPOSITORY

FAULTY = REPOSITORY / "localazure" / "estates" / "faulty.json"
NEGLECTED = "00000000-0000-4000-8000-000000000009"
ALL = [f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3)]

PLANTED = {
    "security-group-dark": {"nsg-dark"},
    "network-dark": {"vnet-north", "vnet-sweden"},
    "watcher-missing": {NEGLECTED},
    "flow-log-failed": {"log-failed"},
    "flow-log-disabled": {"log-off"},
    "flow-log-below-standard": {"log-short"},
    "flow-log-without-target": {"log-orphaned"},
    "flow-log-rewritten": {"vnet-rewritten-d1026ef71379"},
    "target-recorded-twice": {"vnet-twice"},
    "traffic-recorded-twice": {"nsg-both"},
    "two-mechanisms": {"vnet-both"},
    "nsg-flow-log-ends": {"nsg-alone", "nsg-keyless"},
    "storage-missing": {"stgone"},
    "storage-region": {"stafar"},
    "storage-kind": {"stpremium"},
    "storage-firewall": {"stwalled"},
    "storage-public-access": {"stclosed"},
    "storage-shared-key": {"stkeyless"},
    "identity-role": {"stroleless"},
    "storage-public-blobs": {"stmuddled"},
    "storage-immutable": {"stfrozen"},
    "storage-versions": {"stmuddled"},
    "storage-rule-deletes": {"stmuddled"},
    "storage-rule-foreign": {"stmuddled"},
    "storage-rule-limit": {"stfull"},
    "workspace-missing": {"log-gone"},
    "workspace-region": {"log-misplaced"},
    "workspace-guid": {"log-misnamed"},
    "workspace-rule": {"log-old"},
    "workspace-stopped": {"log-full"},
    "workspace-cap": {"log-old"},
    "workspace-tier": {"log-old"},
    "flow-log-silent": {
        *("log-afar", "log-capped", "log-closed", "log-lost", "log-misnamed", "log-nowhere"),
        *("log-premium", "log-quiet", "log-unruled", "log-walled"),
    },
}
"""Check to the subjects that faulty.json gives it; `log-healthy` and `nsg-healthy` give none."""

Told = tuple[int, str]


@pytest.fixture(scope="module")
def faulty(local_azure: Callable[..., LocalAzure]) -> LocalAzure:
    """The neglected subscription."""
    return local_azure(FAULTY)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Runs the doctor on an Azure, in its first subscription, and returns exit code and text."""

    def started(url: str, *arguments: str) -> Told:
        monkeypatch.setenv("ARM_METADATA_HOSTNAME", url)
        monkeypatch.setenv("ARM_SUBSCRIPTION_ID", ALL[0])
        code = doctor.main(arguments)
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return started


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, pulumi_cli: Path
) -> Iterator[tuple[Stage, str]]:
    """The sample estate after `up`, brought over from NSG flow logs in a second one."""
    assert pulumi_cli
    settings = {
        "location": "westeurope",
        "subscriptions": ALL,
        "existingFlowLogs": "adopt",
        "existingWorkspaces": "move",
        "nsgFlowLogs": "disable",
        "networksWithoutNsg": "cover",
        "flowLogIdentity": "make",
    }
    with stage(tmp_path_factory.mktemp("built")) as there:
        stack = there.stack("whole", settings)
        assert there.up(stack).code == 0
        assert there.up(stack).code == 0
        yield there, stack


def found(text: str) -> dict[str, set[str]]:
    """Names of subjects by check, of a JSON document."""
    subjects: dict[str, set[str]] = {}
    for finding in json.loads(text)["findings"]:
        subjects.setdefault(finding["check"], set()).add(name_of(finding["subject"]))
    return subjects


def of_stack(there: Stage, stack: str) -> tuple[str, ...]:
    return "--stack", stack, "--project", str(there.engine.project)


def test_it_finds_every_planted_fault_and_no_other(
    faulty: LocalAzure, run: Callable[..., Told]
) -> None:
    code, text = run(faulty.url, "--subscription", NEGLECTED, "--json")
    assert found(text) == PLANTED
    document = json.loads(text)
    assert (code, document["exitCode"]) == (2, 2)
    assert document["subscriptions"] == {NEGLECTED: "contoso-neglected"}
    assert datetime.fromisoformat(document["date"]) <= datetime.now(UTC)


def test_every_check_of_the_doctor_but_a_few_is_planted() -> None:
    """Drift needs a stack, the rest a role or an estate of its own, in other tests."""
    names = {check.name for check in doctor_checks.CHECKS}
    assert names - PLANTED.keys() == {
        *(
            "flow-log-drift",
            "gateway-in-half",
            "not-checked",
            "subscription-closed",
            "subscription-ending",
        ),
        *("storage-customer-key", "storage-perimeter", "value-not-known", "workspace-ingestion"),
    }


def test_it_only_reads(faulty: LocalAzure, run: Callable[..., Told]) -> None:
    run(faulty.url, "--subscription", NEGLECTED)
    sent = {
        (request["method"], request["path"].rpartition("/")[2]) for request in faulty.requests()
    }
    assert {method for method, _ in sent} <= {"GET", "POST"}
    assert {path for method, path in sent if method == "POST"} == {"resources", "query"}


def test_it_tells_what_why_and_way_out_and_dates_the_proof(
    faulty: LocalAzure, run: Callable[..., Told]
) -> None:
    code, text = run(faulty.url, "--subscription", NEGLECTED)
    assert code == 2
    block = text[text.index("ERROR  storage firewalls that keep Azure out") :].split("\n\n")[0]
    assert block.splitlines()[1:] == [
        "  why: Azure writes flow logs from outside your networks; the flow log still says "
        "Succeeded, and its data is lost",
        "  way out: az storage account update --name stwalled --bypass AzureServices",
        "  - storage account stwalled: its firewall has no exception for trusted Microsoft "
        "services",
    ]
    assert "log-walled: on vnet-walled, it has no row in the last 30 days" in text
    assert "Z, 3 days ago\n" in text  # log-quiet
    assert "A new one has its first rows after 4 hours at the latest" in text
    assert "log-short: on vnet-short, it falls short by version 1, retention 7 days" in text
    soc = "workspace log-soc, which is"
    assert f"gives log-soc for the GUID of {soc} 00000000-0000-4000-8000-000000000901" in text
    assert f"gives northeurope for the region of {soc} westeurope" in text
    assert "way out: fix what is reported for storage account stwalled" in text
    moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    assert re.search(rf"Proof of recording, {moment} \(last 30 days\)", text)
    assert re.search(rf"\| vnet-healthy \| log-healthy \| yes \| yes \| {moment} \|", text)
    assert re.search(rf"\| vnet-quiet \| log-quiet \| yes \| NO, silent \| {moment} \|", text)
    assert "| vnet-dark | none | no | NO, not configured | - |" in text
    assert text.splitlines()[-1].startswith("26 errors, 18 warnings: 42 checks on 1 subscription")


def test_nothing_is_wrong_where_our_up_has_been(
    built: tuple[Stage, str], run: Callable[..., Told]
) -> None:
    there, stack = built
    code, text = run(there.url, *of_stack(there, stack))
    assert code == 0, text
    assert text.splitlines()[-1].startswith("nothing is wrong: 42 checks on 3 subscriptions")
    assert "| nsg-shop-web | nsg-shop-web-rg-prod-shop-flowlog | yes | switched off, its" in text
    assert "NO" not in text
    code, text = run(there.url, "--subscription", ALL[1], "--json")
    assert (code, json.loads(text)["findings"]) == (0, [])


def test_preflight_asks_about_what_up_makes(built: tuple[Stage, str]) -> None:
    there, stack = built
    config = {
        "flow-logs:location": "westeurope",
        "flow-logs:subscriptions": json.dumps(ALL),
        "flow-logs:existingFlowLogs": "adopt",
        "flow-logs:existingWorkspaces": "move",
        "flow-logs:nsgFlowLogs": "disable",
        "flow-logs:networksWithoutNsg": "cover",
        "flow-logs:flowLogIdentity": "make",
    }
    settings = parse_settings(stack, config, there.engine.environment)
    cloud = connect(settings.identity)
    estate = read_estate(cloud, settings.subscriptions, naming.home(settings), print)
    plan = scope_of(estate, settings, named=True).plan
    asked = [body for body in arm_bodies.bodies(plan) if body.ours]
    assert {body.type for body in asked} == arm_bodies.API_VERSIONS.keys() - {
        body.type for body in arm_bodies.bodies(plan) if not body.ours
    }
    for body in asked:
        held = there.get(body.id, arm_bodies.API_VERSIONS[body.type])
        wanted = {name: body.content[name] for name in body.content if name != "type"}
        assert _within(wanted, held), (body.id, wanted, held)


def _within(wanted: Any, held: Any) -> bool:
    """Whether an object has every member of another, at every depth; ids in any letter case."""
    if isinstance(wanted, dict):
        return isinstance(held, dict) and all(
            _within(value, held.get(name)) for name, value in wanted.items()
        )
    return bool(wanted == held or key(str(wanted)) == key(str(held)))


def test_what_somebody_changes_after_up_is_told_and_the_next_up_mends_it(
    built: tuple[Stage, str], run: Callable[..., Told]
) -> None:
    there, stack = built
    (target, log) = next(
        (target, log)
        for target, log in there.flow_logs(*ALL).items()
        if target.endswith("/vnet-erp-neu")
    )
    log["properties"]["retentionPolicy"]["days"] = 7
    there.send("PUT", log["id"], "2025-05-01", log)
    account = log["properties"]["storageId"]
    closed = {"properties": {"publicNetworkAccess": "Disabled"}}
    there.send("PATCH", account, "2024-01-01", closed)

    code, text = run(there.url, *of_stack(there, stack), "--json")
    assert code == 2
    told = found(text)
    assert told["flow-log-drift"] == {log["name"]}
    assert told["storage-public-access"] == {name_of(account)}
    document = json.loads(text)
    drift = next(each for each in document["findings"] if each["check"] == "flow-log-drift")
    assert "retentionPolicy: 7 days → 90 days" in drift["what"]
    states = {each["targetId"].casefold(): each["recording"] for each in document["recording"]}
    assert states[target] == "too new"  # without a row, in a workspace of this minute

    assert there.up(stack).code == 0
    assert run(there.url, *of_stack(there, stack))[0] == 0


def test_what_it_may_not_read_is_never_counted_as_fine(
    local_azure: Callable[..., LocalAzure], tmp_path: Path, run: Callable[..., Told]
) -> None:
    role = tmp_path / "role.json"
    hidden = ["Microsoft.OperationalInsights/workspaces/query/read"]
    role.write_text(json.dumps({"Name": "reader", "Actions": ["*/read"], "NotActions": hidden}))
    estate = REPOSITORY / "localazure" / "estates" / "contoso.json"
    azure = local_azure(estate, role=role)
    _, text = run(azure.url, "--subscription", ALL[1], "--json")
    document = json.loads(text)
    (unread,) = [each for each in document["findings"] if each["check"] == "not-checked"]
    assert name_of(unread["subject"]) == "log-contoso-soc"
    assert "AuthorizationFailed" in unread["what"]
    states = {each["recording"] for each in document["recording"] if each["configured"]}
    assert states == {"not readable", "not analysed"}


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--stack", "nowhere"], "Pulumi.nowhere.yaml cannot be read"),
        (["--subscription", "prod"], "'prod'; it must be a GUID"),
        (["--subscription", "00000000-0000-4000-8000-0000000000dd"], "is not visible to this"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_code_3(
    faulty: LocalAzure, run: Callable[..., Told], arguments: list[str], line: str
) -> None:
    code, text = run(faulty.url, *arguments)
    assert code == 3
    assert text.count("\n") == 1
    assert line in text


def test_wrong_use_is_exit_code_3() -> None:
    with pytest.raises(SystemExit) as ended:
        doctor.main([])
    assert ended.value.code == 3
