"""Arrows between the rooms that import-linter cannot hold: those of single modules and names."""

from __future__ import annotations

import ast
import graphlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent
_READERS = {"pulumi.Config", "pulumi.config", "pulumi.runtime.config", "pulumi.runtime.get_config"}


def imported(file: Path) -> set[str]:
    """Full names that a file imports: modules, and what it takes from them."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def used(file: Path) -> set[str]:
    """Dotted names that a file mentions, such as `pulumi.Config`."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def modules() -> dict[str, Path]:
    """Every file of the repository that others import, by its full name."""
    rooms = ("*.py", "[a-z]*/**/*.py")
    files = {file for pattern in rooms for file in REPOSITORY.glob(pattern)}
    parts = {file: file.relative_to(REPOSITORY).with_suffix("").parts for file in files}
    inside = {file: names[names[0] == "policies" :] for file, names in parts.items()}
    return {
        ".".join(names).removesuffix(".__init__"): file
        for file, names in inside.items()
        if names[0] not in ("tests", "examples")
    }


def test_no_circle_of_files() -> None:
    files = modules()
    taken = {
        name: {full if full in files else full.rpartition(".")[0] for full in imported(file)}
        for name, file in files.items()
    }
    needs = {name: (found & files.keys()) - {name} for name, found in taken.items()}
    assert len(needs) > 400
    graphlib.TopologicalSorter(needs).prepare()


def program() -> Iterator[Path]:
    """Every file of the program; other programs of the repository have a configuration each."""
    yield from REPOSITORY.glob("*.py")
    for room in ("stack", "estate", "plan", "components", "package", "commands"):
        yield from (REPOSITORY / room).rglob("*.py")


def test_settings_alone_reads_the_configuration() -> None:
    readers = {
        str(file.relative_to(REPOSITORY))
        for file in program()
        if _READERS & (imported(file) | used(file))
    }
    assert readers == {"stack/settings/read.py"}


CLIENTS = ("requests", "urllib3", "http.client", "urllib.request", "azure.mgmt", "azure.core.rest")
PARSERS = {"requests.utils.parse_header_links"}  # ask nobody
POLICIES = {"azure.mgmt.core.policies.ARMChallengeAuthenticationPolicy"}


def test_one_place_asks_over_http() -> None:
    asking = {
        str(file.relative_to(REPOSITORY))
        for file in program()
        for name in imported(file) - PARSERS - POLICIES
        if any(name == client or name.startswith(f"{client}.") for client in CLIENTS)
    }
    assert asking == {"estate/http_client.py"}


@pytest.mark.parametrize(
    ("module", "allowed"),
    [
        ("decide.py", {"estate", "plan", "printable", "stack"}),
        ("outputs.py", {"pulumi"}),
        ("printable.py", set()),
        ("sdk_debug_lines.py", {"pulumi"}),
        ("sdk_refusals.py", {"pulumi"}),
        ("wording.py", set()),
        ("stack/settings/read.py", {"estate", "pulumi", "plan", "stack", "wording"}),
        ("stack/read_state.py", {"pulumi", "stack", "wording"}),
    ],
)
def test_a_module_beside_the_rooms_knows_few_others(module: str, allowed: set[str]) -> None:
    """outputs.py can be copied; readers of settings and state decide nothing."""
    roots = {name.partition(".")[0] for name in imported(REPOSITORY / module)}
    assert roots <= allowed | sys.stdlib_module_names
