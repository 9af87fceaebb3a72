"""Metadata that the engine, Pulumi Cloud and docs/policies.md show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flowlog_guard import RULES, write_docs
from pulumi_policy import EnforcementLevel

from tests.policies.analyzer import PACK, Pack, running_pack


@pytest.mark.parametrize("page", write_docs.PAGES, ids=lambda page: page.name)
def test_pages_are_what_the_pack_says(page: Path) -> None:
    fresh = f"{page.name} is older than the pack: python -m flowlog_guard.write_docs"
    assert page.read_text(encoding="utf-8") == write_docs.render(page), fresh


def test_links_of_the_policies_lead_to_their_sections(pack: Pack) -> None:
    headings = set(re.findall(r"^### (\S+)$", write_docs.PAGE.read_text(), re.MULTILINE))
    for policy in pack.info.policies:
        page, _, anchor = policy.url.partition("#")
        assert page == "docs/policies.md"
        assert anchor in headings


@pytest.mark.slow
def test_address_of_the_page_can_be_set() -> None:
    with running_pack(FLOWLOG_GUARD_DOCUMENTATION="https://contoso.example/policies") as pack:
        first = pack.info.policies[0]
    assert first.url == f"https://contoso.example/policies#{first.name}"


def test_every_policy_tells_what_to_do(pack: Pack) -> None:
    assert [policy.name for policy in pack.info.policies] == [rule.name for rule in RULES]
    for policy in pack.info.policies:
        assert policy.description.endswith(".")
        assert policy.remediation_steps
        assert policy.severity
        if policy.name != "flow-log-not-evaluated":
            assert policy.framework.name and policy.framework.version
            assert policy.framework.reference
            assert policy.tags


def test_only_coverage_and_summary_are_advisory() -> None:
    advisory = [rule.name for rule in RULES if rule.level is EnforcementLevel.ADVISORY]
    assert advisory == ["flow-log-coverage", "flow-log-not-evaluated"]


def test_paths_that_the_page_names_exist() -> None:
    page = write_docs.PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"policies/[\w./-]+\.(?:json|txt)", page))
    assert named
    for path in named:
        assert (PACK.parent / path.removeprefix("flow-logs/")).is_file()
