"""Puts summaries on the pull request that a pipeline runs for: `scripts/comment FILE...`.

One comment for each file, written anew in place of the last one with the same first line. Knows
GitHub Actions (GITHUB_TOKEN) and Azure Pipelines on Azure Repos (SYSTEM_ACCESSTOKEN) by the
variables that these set.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import requests

TIMEOUT = 30  # seconds for one request
PAGE = 100  # comments that GitHub gives at most in one answer
CLOSED = 4  # status of a thread that asks nobody for an answer (Azure DevOps, CommentThreadStatus)


class CommentError(Exception):
    """The comment cannot be written; the text is one line."""


class PullRequest(Protocol):
    """The comments of one pull request."""

    def comments(self) -> Iterator[tuple[str, str]]:
        """URL and text of every comment that a pipeline may have written."""

    def add(self, text: str) -> None:
        """Writes a new comment."""

    def rewrite(self, url: str, text: str) -> None:
        """Gives a comment another text."""


@dataclass(frozen=True)
class GitHub:
    """A pull request on GitHub (REST API, issue comments)."""

    session: requests.Session
    url: str  # of the repository in the API
    number: str

    def comments(self) -> Iterator[tuple[str, str]]:
        """URL and text of every comment, oldest first."""
        url: str | None = f"{self.url}/issues/{self.number}/comments?per_page={PAGE}"
        while url:
            answer = _ask(self.session, "GET", url)
            yield from ((found["url"], found["body"] or "") for found in answer.json())
            url = answer.links.get("next", {}).get("url")

    def add(self, text: str) -> None:
        """Writes a new comment."""
        _ask(self.session, "POST", f"{self.url}/issues/{self.number}/comments", {"body": text})

    def rewrite(self, url: str, text: str) -> None:
        """Gives a comment another text."""
        _ask(self.session, "PATCH", url, {"body": text})


@dataclass(frozen=True)
class AzureRepos:
    """A pull request on Azure Repos (REST API 7.1, pull request threads)."""

    session: requests.Session
    url: str  # of the pull request's threads in the API

    def comments(self) -> Iterator[tuple[str, str]]:
        """URL and text of the first comment of every thread."""
        for thread in _ask(self.session, "GET", f"{self.url}?api-version=7.1").json()["value"]:
            first = thread["comments"][0] if thread["comments"] else {}
            url = f"{self.url}/{thread['id']}/comments/{first.get('id')}?api-version=7.1"
            yield url, first.get("content") or ""

    def add(self, text: str) -> None:
        """Opens a thread that asks nobody for an answer; what must fail fails the pipeline."""
        comment = {"parentCommentId": 0, "content": text, "commentType": 1}
        thread = {"comments": [comment], "status": CLOSED}
        _ask(self.session, "POST", f"{self.url}?api-version=7.1", thread)

    def rewrite(self, url: str, text: str) -> None:
        """Gives a comment another text."""
        _ask(self.session, "PATCH", url, {"content": text})


def _ask(
    session: requests.Session, method: str, url: str, body: Mapping[str, Any] | None = None
) -> requests.Response:
    try:
        answer = session.request(method, url, json=body, timeout=TIMEOUT)
    except requests.RequestException as error:
        raise CommentError(f"the comment cannot be written: {error}") from error
    if answer.status_code in (401, 403):
        raise CommentError(
            f"the pipeline may not write comments ({answer.status_code} from {url}): grant "
            "'pull-requests: write' on GitHub, 'Contribute to pull requests' on Azure Repos"
        )
    if not answer.ok:
        raise CommentError(f"the comment cannot be written: {answer.status_code} from {url}")
    return answer


def pull_request(variables: Mapping[str, str]) -> PullRequest:
    """The pull request of this run. Raises CommentError outside of one."""
    session = requests.Session()
    number = re.fullmatch(r"refs/pull/(\d+)/merge", variables.get("GITHUB_REF", ""))
    if number and variables.get("GITHUB_TOKEN"):
        session.headers["Authorization"] = f"Bearer {variables['GITHUB_TOKEN']}"
        session.headers["Accept"] = "application/vnd.github+json"
        url = f"{variables['GITHUB_API_URL']}/repos/{variables['GITHUB_REPOSITORY']}"
        return GitHub(session, url, number.group(1))
    if variables.get("SYSTEM_PULLREQUEST_PULLREQUESTID") and variables.get("SYSTEM_ACCESSTOKEN"):
        session.headers["Authorization"] = f"Bearer {variables['SYSTEM_ACCESSTOKEN']}"
        return AzureRepos(session, _threads(variables))
    raise CommentError(
        "no pull request to comment on: run it in a pipeline of one, with GITHUB_TOKEN or "
        "SYSTEM_ACCESSTOKEN in the environment"
    )


def _threads(variables: Mapping[str, str]) -> str:
    project = f"{variables['SYSTEM_COLLECTIONURI']}{variables['SYSTEM_TEAMPROJECTID']}"
    repository = f"{project}/_apis/git/repositories/{variables['BUILD_REPOSITORY_ID']}"
    return f"{repository}/pullRequests/{variables['SYSTEM_PULLREQUEST_PULLREQUESTID']}/threads"


def put(request: PullRequest, text: str) -> None:
    """Writes a comment, over the one with the same first line if there is one."""
    first = text.splitlines()[0]
    found = (url for url, body in request.comments() if body.splitlines()[:1] == [first])
    url = next(found, None)
    if url is None:
        request.add(text)
    else:
        request.rewrite(url, text)


def main(arguments: list[str], variables: Mapping[str, str]) -> int:
    """Exit code: 0 written, 1 not, with one line on stderr that says why."""
    try:
        request = pull_request(variables)
        for path in arguments:
            put(request, Path(path).read_text(encoding="utf-8"))
    except CommentError as error:
        print(f"comment: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"comment: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
