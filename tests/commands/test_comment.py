"""Summaries become comments on GitHub and Azure Repos, each in its own place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from commands import comment
from commands.summary import marker
from tests.commands.hosts import azure_variables, github_variables
from tests.commands.pull_requests import TOKEN, PullRequests, pull_requests

DEV, PROD = (f"{marker(stack)}\n\n## {stack}: no changes\n" for stack in ("dev", "prod"))


@pytest.fixture
def server() -> Iterator[PullRequests]:
    """A pull request without comments."""
    with pull_requests() as running:
        yield running


HOSTS = pytest.mark.parametrize("variables", [github_variables, azure_variables])
Host = Callable[..., Mapping[str, str]]


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
