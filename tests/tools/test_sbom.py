"""The list of what the program and the pack are made of: valid, whole, the same each time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name

from tools import sbom

pytestmark = pytest.mark.slow
LISTS: dict[str, Callable[[], str]] = {
    "requirements.txt": sbom.of_program,
    "policies/requirements.txt": sbom.of_pack,
}


@pytest.fixture(scope="module", params=LISTS)
def listed(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A requirements file, and the document of it."""
    return request.param, LISTS[request.param]()


def test_it_meets_the_published_schema(listed: tuple[str, str]) -> None:
    _, text = listed
    assert json.loads(text)["specVersion"] == sbom.SPECIFICATION
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    broken = text.replace('"type": "library"', '"type": "libary"', 1)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(broken) is not None


def test_it_holds_each_requirement_with_its_hashes(listed: tuple[str, str]) -> None:
    file, text = listed
    pinned = re.split(r"^(?=\w)", (sbom.REPOSITORY / file).read_text(), flags=re.MULTILINE)[1:]
    wanted = {}
    for entry in pinned:
        name, version = re.split("==|[ ;]", entry)[:2]
        url = f"pkg:pypi/{canonicalize_name(name)}@{version}"
        wanted[url] = set(re.findall(r"sha256:(\w+)", entry))
    parts = json.loads(text)["components"]
    assert {part["purl"]: _hashes(part) for part in parts} == wanted


def _hashes(part: dict[str, Any]) -> set[str]:
    found = [each["hashes"] for each in part["externalReferences"]]
    return {digest["content"] for hashes in found for digest in hashes}


def test_licences_are_told_and_what_needs_what(listed: tuple[str, str]) -> None:
    _, text = listed
    document = json.loads(text)
    licensed = {part["name"] for part in document["components"] if part.get("licenses")}
    assert {"pulumi", "grpcio"} <= licensed
    known = {part["bom-ref"] for part in document["components"]}
    needs = {entry["ref"]: set(entry["dependsOn"]) for entry in document["dependencies"]}
    root = document["metadata"]["component"]["bom-ref"]
    assert needs.keys() - {root} <= known
    assert needs[root] and set.union(*needs.values()) <= known
    reached, found = set(), {root}
    while found:
        reached |= found
        found = {need for ref in found for need in needs.get(ref, ())} - reached
    assert reached == known | {root}, "what nothing needs"


def test_the_same_comes_out_again_without_a_time(
    listed: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, text = listed
    sbom._environment.cache_clear()
    assert LISTS[file]() == text
    assert "timestamp" not in text and "serialNumber" not in text
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert json.loads(LISTS[file]())["metadata"]["timestamp"].startswith("2023-11-14T22:13:20")
