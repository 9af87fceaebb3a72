"""The pipelines' own steps, run one by one on the real engine, local Azure and stand-in hosts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.commands.hosts import azure_variables, github_variables
from tests.commands.pull_requests import pull_requests
from tests.commands.steps import Pipeline, azure, github, pipeline
from tests.commands.steps import github_variables as set_by_job
from tools.projects import REPOSITORY


@pytest.fixture
def prod(tmp_path: Path, pulumi_cli: Path) -> Iterator[Pipeline]:
    """A checkout with stack prod, not deployed yet."""
    with pipeline(tmp_path, "prod") as opened:
        yield opened.with_variables({"GITHUB_STEP_SUMMARY": str(tmp_path / "shown.md")})


def test_a_pull_request_is_accepted_and_deployed_and_the_next_one_refused(
    prod: Pipeline, tmp_path: Path
) -> None:
    with pull_requests() as host:
        there = prod.with_variables(github_variables(host))
        engine, accepted, shown = there.run_all(github("preview", "preview"))
        assert (engine.returncode, accepted.returncode, shown.returncode) == (0, 0, 0)
        assert "flow logs: 7 created, 3 adopted" in accepted.stdout
        assert (
            "| `payments-api-log` | `nsg-payments-api` | format.version | `1` " in accepted.stdout
        )
        assert "the policy pack refuses nothing" in accepted.stdout
        assert (tmp_path / "shown.md").read_text() == accepted.stdout
        assert prod.there.server.writes() == []
        _commented(there, accepted.stdout)
        assert list(host.comments.values()) == [accepted.stdout]

        deployed = there.run_all(github("deploy", "deploy"))
        assert [step.returncode for step in deployed] == [0, 0, 0]
        assert deployed[1].stdout.startswith(
            "## prod: deployed\n\nflow logs: 7 created, 3 adopted.\n\n- **created**: 41 "
        )

        unchanged = there.run(github("preview", "preview")[1])
        assert unchanged.returncode == 0
        assert "## prod: no changes" in unchanged.stdout
        assert len(unchanged.stdout.splitlines()) <= 6

        prod.set("retentionDays", "7")
        refused = there.run(github("preview", "preview")[1])
        assert refused.returncode == 1
        assert "## prod: refused" in refused.stdout
        assert "**`flow-log-retention` refuses 7**" in refused.stdout
        assert "| retentionPolicy.days | `90` | `7` |" in refused.stdout
        _commented(there, refused.stdout)
        assert list(host.comments.values()) == [refused.stdout]


def _commented(there: Pipeline, summary: str) -> None:
    assert (there.folder / "summaries" / "prod.md").read_text() == summary
    (commented,) = there.run_all(github("preview", "comment"))
    assert commented.returncode == 0, commented.stderr


def test_azure_pipelines_tells_what_it_refuses_and_writes_nothing(prod: Pipeline) -> None:
    prod.set("retentionDays", "7")
    with pull_requests() as host:
        there = prod.with_variables(azure_variables(host))
        _, preview, comment = there.run_all(azure("preview", "prod"))
        assert preview.returncode == 1
        assert comment.returncode == 0, comment.stderr
        assert f"##vso[task.uploadsummary]{prod.folder}/summaries/prod.md" in comment.stdout
        assert list(host.comments.values()) == [preview.stdout]

        _, deploy, _ = there.run_all(azure("deploy", "prod"))
        assert (deploy.returncode, deploy.stdout) == (1, preview.stdout)
        assert prod.there.server.writes() == []


def test_what_azure_refuses_is_named_stops_nothing_and_is_all_that_is_left(
    tmp_path: Path, pulumi_cli: Path
) -> None:
    fault = {"method": "PUT", "path": "*/flowLogs/vnet-erp*", "times": 1, "status": 400}
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps([{**fault, "code": "StorageAccountNotReady", "message": "Wait."}]))
    with pipeline(tmp_path, "prod", "--faults", str(faults)) as prod:
        part = prod.run("scripts/deploy prod")
        assert part.returncode == 1
        assert part.stdout.startswith("## prod: deployed in part\n\nflow logs: 6 created, 3 adopt")
        assert "3 adopted; **1 flow log not written**; 13 of 17 network security" in part.stdout
        assert "### Not written (1)" in part.stdout
        row = next(line for line in part.stdout.splitlines() if "vnet-erp" in line)
        assert "StorageAccountNotReady" in row

        rest = prod.run("scripts/preview prod")
        assert rest.returncode == 0, rest.stdout
        assert "\n## prod: 1 change\n\nflow logs: 1 created;" in rest.stdout


def test_a_wrong_setting_and_an_unknown_stack_are_told_with_the_way_out(prod: Pipeline) -> None:
    prod.set("retentionDays", "700")
    wrong = prod.run("scripts/preview prod")
    assert wrong.returncode == 1
    assert "## prod: stopped before it began" in wrong.stdout
    assert "retentionDays is '700'; it must be a whole number from 1 to 365" in wrong.stdout

    unknown = prod.run("scripts/deploy nowhere")
    assert unknown.returncode == 1
    assert "`pulumi stack init nowhere`" in unknown.stdout
    assert prod.there.server.writes() == []


def test_a_locked_stack_is_told_with_the_way_out(prod: Pipeline) -> None:
    state = Path(urlsplit(prod.there.engine.environment["PULUMI_BACKEND_URL"]).path)
    lock = state / ".pulumi" / "locks" / "organization" / "flow-logs" / "prod" / "1.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    held = {"pid": 1, "username": "night", "hostname": "agent", "timestamp": "2026-01-01T00:00:00Z"}
    lock.write_text(json.dumps(held))
    locked = prod.run("scripts/deploy prod")
    assert locked.returncode == 1
    assert locked.stdout.startswith("## prod: failed\n")
    assert "the stack is currently locked by 1 lock(s)" in locked.stdout
    assert "created by night@agent" in locked.stdout
    assert "`pulumi cancel prod`" in locked.stdout
    assert "currently locked" in locked.stderr
    assert prod.there.server.writes() == []


@pytest.mark.parametrize("workflow", ["preview", "deploy"])
def test_a_job_sets_the_variables_that_a_log_in_needs(workflow: str) -> None:
    log_in = {"ARM_USE_OIDC", "ARM_CLIENT_ID", "ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID"}
    assert set_by_job(workflow, workflow) == {*log_in, "PULUMI_BACKEND_URL", "STACK"}


@pytest.mark.slow
def test_every_stack_file_is_an_environment_of_the_pipelines(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(REPOSITORY / "scripts" / "stacks", tmp_path / "scripts")
    for stack in ("dev", "prod", "staging"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
    (step,) = github("preview", "stacks")
    (step_of_deployment,) = (step for step in github("deploy", "check") if "stacks" in step)
    assert step == step_of_deployment
    output = tmp_path / "output"
    variables = {**os.environ, "GITHUB_OUTPUT": str(output)}
    subprocess.run(["bash", "-e", "-c", step], cwd=tmp_path, env=variables, check=True, timeout=30)
    assert output.read_text() == 'names=["dev","prod","staging"]\n'
