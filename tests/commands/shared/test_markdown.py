"""The Markdown of summaries, as a renderer reads it."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

import pytest
from markdown_it import MarkdownIt

from commands.review.outcome import Outcome
from commands.review.summary import joined, summary
from commands.shared.engine import Run
from commands.shared.markdown import block, code, plain, table
from tests.commands.events import said
from tests.test_printable import HOSTILE, acts

GITHUB = MarkdownIt("commonmark").enable("table")  # github.github.com/gfm: tables


def _tables(text: str) -> list[list[str]]:
    """The cells of each table, row after row."""
    tokens = GITHUB.parse(text)
    found: list[list[str]] = []
    for before, token in pairwise(tokens):
        if before.type == "table_open":
            found.append([])
        if before.type in ("th_open", "td_open"):
            found[-1].append(token.content)
    return found


def test_a_table_after_another_is_a_table_of_its_own() -> None:
    gone = table(("", "kind"), [("deleted", "flow log")], 5)
    changed = table(("changed", "now", "then"), [("2 flow logs", "90", "120")], 5)
    assert _tables(joined([*gone, *changed])) == [
        ["", "kind", "deleted", "flow log"],
        ["changed", "now", "then", "2 flow logs", "90", "120"],
    ]


def test_items_of_a_list_stay_together_and_a_table_after_them_is_none_of_them() -> None:
    text = joined(["- one", "- two", *table(("a",), [("b",)], 5)])
    assert text.startswith("- one\n- two\n\n| a |\n")
    assert _tables(text) == [["a", "b"]]


def test_the_same_error_of_many_resources_is_told_once_with_the_count() -> None:
    """Each resource that is refreshed says by itself that Azure is out of reach."""
    errors = [said("Preview failed: no answer", name=f"log-{number}") for number in range(51)]
    told = summary(Outcome("prod", Run(1, "", "", [*errors, said("out of disk")]), None))
    assert told.count("Preview failed: no answer") == 1
    assert "The engine said so 51 times." in told
    assert told.count("out of disk") == 1
    assert "more error" not in told


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        (
            "name somebody: pulumi config set --path 'flow-logs:alerts.emails[0]' ADDRESS",
            ["pulumi config set --path 'flow-logs:alerts.emails[0]' ADDRESS"],
        ),
        (
            "Way out: pulumi config set flow-logs:tags.a_b VALUE.",
            ["pulumi config set flow-logs:tags.a_b VALUE"],
        ),
        (
            "recover it within 14 days (az monitor log-analytics workspace recover), or move: "
            "pulumi up, once; that is all",
            ["az monitor log-analytics workspace recover", "pulumi up"],
        ),
        (
            "run it again: ARM_SUBSCRIPTION_ID=x pulumi up",
            ["ARM_SUBSCRIPTION_ID=x pulumi up"],
        ),
        ("group *a* is pulumi's, az_b: nothing to copy", []),
        ("Group: az is a name, and so are: pulumi upper, scripts.", []),
    ],
)
def test_commands_to_copy_are_code_and_the_rest_is_plain_text(
    text: str, commands: list[str]
) -> None:
    (inline,) = (token for token in GITHUB.parse(plain(text)) if token.type == "inline")
    children = inline.children or []
    assert [token.content for token in children if token.type == "code_inline"] == commands
    assert "".join(token.content for token in children) == text


@pytest.mark.parametrize(
    "text",
    [
        "see https://evil.test/a and http://evil.test",
        "www.evil.test",
        "ftp://evil.test",
        "MAILTO:a@evil.test",
        "a@evil.test",
        "@contoso/admins",
        "fixes #12, AB#13, GH-14, !15, contoso/shop#16",
        "commit 0123456789abcdef0123456789abcdef01234567",
        "commit 0a1b2c3",
    ],
)
def test_nothing_in_a_name_becomes_a_link(text: str) -> None:
    """What GitHub and Azure DevOps look for in the rendered text."""
    linked = r"(?:https?|ftp)://|www\.|mailto:|@\w|(?:#|GH-|!)\d|\b[0-9a-f]{7,40}\b"
    assert re.search(linked, text, re.IGNORECASE)
    rendered = GITHUB.render(plain(text))
    assert not re.search(linked, rendered, re.IGNORECASE)
    assert unescape(rendered).replace("\N{WORD JOINER}", "") == f"<p>{text}</p>\n"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_pipeline_that_prints_a_summary_acts_on_no_name(text: str) -> None:
    assert not any(map(acts, (code(text), plain(text), *block(f"a\n{text}\nb").split("\n"))))
