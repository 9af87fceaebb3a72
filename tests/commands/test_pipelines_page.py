"""docs/pipelines.md agrees with the pipelines; its recipes work as far as one machine can say."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from azure.identity import AzureCliCredential, ClientAssertionCredential

from estate import credentials
from estate.identity import Identity
from tests.commands.steps import pipeline
from tools.projects import REPOSITORY

PAGE = (REPOSITORY / "docs" / "pipelines.md").read_text()
WORKFLOWS = [
    path.read_text() for path in sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
]
AZURE = (REPOSITORY / "azure-pipelines.yml").read_text()
AUTHORITY = "https://login.microsoftonline.com"


def _blocks(language: str, section: str) -> list[str]:
    text = PAGE.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_every_variable_that_the_pipelines_read_is_in_the_page_and_no_other() -> None:
    read = {name for text in WORKFLOWS for name in re.findall(r"vars\.(\w+)", text)}
    table = PAGE.split("\n## GitHub\n", 1)[1].split("\n## ", 1)[0]
    rows = [row for row in table.splitlines() if row.startswith(("| repository", "| environment"))]
    assert {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)} == read
    group = re.search(r"group: flow-logs # (.*)", AZURE)
    assert group
    assert all(f"`{name}`" in PAGE for name in group.group(1).split(", "))


def test_every_script_that_the_pipelines_call_is_in_the_page() -> None:
    called = {name for text in (*WORKFLOWS, AZURE) for name in re.findall(r"scripts/\w+", text)}
    set_up = {"scripts/engine", "scripts/test"}
    assert {name for name in called - set_up if f"`{name}" not in PAGE} == set()


def test_an_esc_environment_logs_in_as_the_program_expects() -> None:
    esc, stack_file = (yaml.safe_load(text) for text in _blocks("yaml", "Pulumi Cloud and ESC")[1:])
    login = esc["values"]["azure"]["login"]["fn::open::azure-login"]
    values = {f"${{azure.login.{name}}}": str(value) for name, value in login.items()}
    values["${azure.login.oidc.token}"] = "a-token"
    variables = {
        name: values.get(value, value)
        for name, value in esc["values"]["environmentVariables"].items()
    }
    identity = Identity(subscription_id=variables["ARM_SUBSCRIPTION_ID"], variables=variables)
    assert isinstance(credentials.choose(identity, AUTHORITY), ClientAssertionCredential)
    assert not [value for value in variables.values() if "${" in value]
    assert stack_file == {"environment": ["flow-logs/prod"]}


def test_without_arm_variables_the_session_of_the_azure_cli_is_used() -> None:
    identity = Identity(subscription_id="00000000-0000-4000-8000-000000000001")
    assert "ARM_USE_OIDC" not in AZURE
    assert isinstance(credentials.choose(identity, AUTHORITY), AzureCliCredential)


def test_another_environment_is_one_copied_file(tmp_path: Path, pulumi_cli: Path) -> None:
    (commands,) = _blocks("sh", "Another environment")
    with pipeline(tmp_path, "prod") as opened:
        done = opened.run(commands)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "## staging: " in done.stdout
    assert "- **created**: " in done.stdout
    assert "vnet-shop-weu" not in done.stdout  # a network of prod's
