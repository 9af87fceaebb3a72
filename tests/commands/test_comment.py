"""Summaries become comments on GitHub and Azure Repos, each in its own place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from commands import comment
from commands.replay import impact_summary
from commands.review.summary import marker
from estate import waits
from tests.broken import BROKEN, Change
from tests.commands.hosts import azure_variables, github_variables
from tests.commands.pull_requests import TOKEN, PullRequests, pull_requests
from tests.front import fronting

DEV, PROD = (f"{marker(stack)}\n\n## {stack}: no changes\n" for stack in ("dev", "prod"))


@pytest.fixture
def server() -> Iterator[PullRequests]:
    """A pull request without comments."""
    with pull_requests() as running:
        yield running


HOSTS = pytest.mark.parametrize("variables", [github_variables, azure_variables])
Host = Callable[..., Mapping[str, str]]
UNREAD = {name for name in BROKEN if name.startswith(("an object", "an error", "members"))}
HARMLESS: Mapping[tuple[Host, str], set[str]] = {
    (github_variables, "GET"): {"a list"},
    (azure_variables, "GET"): set(),
    (azure_variables, "POST"): UNREAD,
}
"""An empty list of comments is one; of the answer to a new comment nothing is read."""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Paths of the summaries of dev and prod."""
    for name, text in (("dev", DEV), ("prod", PROD)):
        (tmp_path / f"{name}.md").write_text(text)
    return [str(tmp_path / f"{name}.md") for name in ("dev", "prod")]


@HOSTS
def test_each_stack_has_one_comment_that_the_next_run_writes_anew(
    server: PullRequests, variables: Host, files: list[str], tmp_path: Path
) -> None:
    server.comments = {1: "Looks good.", 2: f"I quote:\n{DEV}", 3: ""}
    assert comment.main(files, variables(server)) == 0
    assert list(server.comments.values())[3:] == [DEV, PROD]

    refused = f"{marker('prod')}\n\n## prod: refused\n"
    (tmp_path / "prod.md").write_text(refused)
    assert comment.main(files, variables(server)) == 0
    assert list(server.comments.values())[3:] == [DEV, refused]


@HOSTS
def test_changes_of_rules_with_a_title_each_have_a_comment(
    server: PullRequests, variables: Host, tmp_path: Path
) -> None:
    paths: list[str] = []
    for title in ("", "envs/dev", "envs/prod"):
        path = tmp_path / f"{len(paths)}.md"
        path.write_text(f"{impact_summary.marker(title)}\n\n## Security rules\n")
        paths.append(str(path))
    assert comment.main(paths, variables(server)) == 0
    assert comment.main(paths, variables(server)) == 0
    assert len(server.comments) == 3


@HOSTS
def test_a_token_without_the_right_is_one_line_that_names_the_right(
    server: PullRequests, variables: Host, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert comment.main(files, variables(server, "another-token")) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "may not write comments" in line
    assert "'pull-requests: write'" in line
    assert server.comments == {}


def test_a_thread_on_azure_repos_holds_up_nobody(server: PullRequests, files: list[str]) -> None:
    assert comment.main(files[:1], azure_variables(server)) == 0
    closed = 4  # CommentThreadStatus in the REST reference: 1 active, 4 closed
    assert server.statuses == [closed]


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"GITHUB_REF": "refs/heads/main", "GITHUB_TOKEN": TOKEN},
        {"GITHUB_REF": "refs/pull/7/merge"},
        {"SYSTEM_ACCESSTOKEN": TOKEN},
    ],
)
def test_outside_of_a_pull_request_it_says_what_is_missing(
    variables: Mapping[str, str], files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert comment.main(files, variables) == 1
    assert "no pull request to comment on" in capsys.readouterr().err


def test_a_missing_file_is_one_line(
    server: PullRequests, capsys: pytest.CaptureFixture[str]
) -> None:
    assert comment.main(["nowhere.md"], github_variables(server)) == 1
    assert capsys.readouterr().err == "comment: nowhere.md: No such file or directory\n"


@pytest.mark.parametrize(("variables", "method"), HARMLESS)
def test_whatever_comes_is_one_line_and_the_token_goes_nowhere_else(
    server: PullRequests,
    variables: Host,
    files: list[str],
    method: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waits, "PAUSES", (0.0,))
    with fronting(server.url) as (front, heard):
        for name, change in BROKEN.items():
            server.comments.clear()
            front.strike(method, "*", change)
            harmless = HARMLESS[variables, method]
            assert comment.main(files[:1], variables(front)) == (0 if name in harmless else 1), name
            lines = capsys.readouterr().err.splitlines()
            assert len(lines) == (0 if name in harmless else 1), (name, lines)
            assert TOKEN not in "".join(lines)
            assert "##vso" not in "".join(lines)
        assert heard == []


LINKED: list[Change] = [
    lambda sent: replace(sent, headers={"Link": f'<{sent.elsewhere}/more>; rel="next"'}),
    lambda sent: replace(sent, headers={"Link": f'<{sent.url}>; rel="next"'}),
    lambda sent: replace(sent, headers={"Link": '<http://[::1>; rel="next"'}),
    lambda sent: sent.saying([{"url": f"{sent.elsewhere}/1", "body": DEV}]),
]


@pytest.mark.parametrize("change", LINKED)
def test_no_link_of_github_leads_the_token_elsewhere(
    server: PullRequests, files: list[str], change: Change, capsys: pytest.CaptureFixture[str]
) -> None:
    with fronting(server.url) as (front, heard):
        front.strike("GET", "*", change)
        assert comment.main(files[:1], github_variables(front)) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("comment: ")
        assert heard == []
