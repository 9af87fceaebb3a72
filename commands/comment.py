"""Puts summaries on the pull request that a pipeline runs for: `scripts/comment FILE...`.

One comment for each file, written anew in place of the last one with the same first line. Knows
GitHub Actions (GITHUB_TOKEN) and Azure Pipelines on Azure Repos (SYSTEM_ACCESSTOKEN) by the
variables that these set.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from azure.core.exceptions import AzureError
from requests.utils import parse_header_links

from estate.http_client import HttpClient
from estate.paging import Pages
from estate.response import Response, address, joined, one_line, origin
from estate.response_shape import Needed, Shape
from estate.waits import to_stderr
from tools.command import complain, run

PAGE = 100  # comments that GitHub gives at most in one answer
_COMMENTS: Shape = [{"url": Needed(str), "body": str}]
_THREADS: Shape = {
    "value": Needed([{"id": Needed(int), "comments": [{"id": Needed(int), "content": str}]}])
}
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
class Api:
    """A REST API, and what each request to it carries: its token among them."""

    headers: Mapping[str, str]

    def read(self, url: str) -> Response:
        """The answer to a question. Raises CommentError."""
        return self._allowed(self._asker.read(url))

    def write(self, method: str, url: str, body: Mapping[str, object]) -> None:
        """Sends what changes something. Raises CommentError, or AnswerError for what is no JSON.

        Azure Repos answers a token that it does not know with 203 and a page to sign in.
        """
        self._allowed(self._asker.write(method, url, body)).read()

    @property
    def _asker(self) -> HttpClient:
        return HttpClient(to_stderr, headers=self.headers)

    def _allowed(self, answer: Response) -> Response:
        if answer.status in (401, 403):
            raise CommentError(
                f"the pipeline may not write comments ({answer.status} from "
                f"{address(answer.url)}): grant 'pull-requests: write' on GitHub, 'Contribute to "
                "pull requests' on Azure Repos"
            )
        if not 200 <= answer.status < 300:
            raise CommentError(
                f"the comment cannot be written: {answer.status} from {address(answer.url)}"
            )
        return answer


@dataclass(frozen=True)
class GitHub:
    """A pull request on GitHub (REST API, issue comments)."""

    api: Api
    url: str  # of the repository in the API
    number: str

    def comments(self) -> Iterator[tuple[str, str]]:
        """URL and text of every comment, oldest first."""
        url: str | None = f"{self.url}/issues/{self.number}/comments?per_page={PAGE}"
        pages = Pages()
        while url:
            answer = self.api.read(url)
            found = answer.read(_COMMENTS)
            url = _next(answer)
            pages.check(answer, found, url)
            yield from ((comment["url"], comment.get("body") or "") for comment in found)

    def add(self, text: str) -> None:
        """Writes a new comment."""
        self.api.write("POST", f"{self.url}/issues/{self.number}/comments", {"body": text})

    def rewrite(self, url: str, text: str) -> None:
        """Gives a comment another text."""
        if origin(url) != origin(self.url):
            raise CommentError(
                f"the comment is said to be at {address(url)}, and the token goes to no other "
                f"host than that of {self.url}"
            )
        self.api.write("PATCH", url, {"body": text})


def _next(answer: Response) -> str | None:
    """The URL of the next page (header Link). Raises AnswerError for one on another host."""
    links = parse_header_links(answer.headers.get("Link", ""))
    link = next((found.get("url") for found in links if found.get("rel") == "next"), None)
    if not link:
        return None
    url = joined(answer.url, link)
    if origin(url) != origin(answer.url):
        raise answer.unlike(f"its next page is at {address(url)}, where no token goes")
    return url


@dataclass(frozen=True)
class AzureRepos:
    """A pull request on Azure Repos (REST API 7.1, pull request threads)."""

    api: Api
    url: str  # of the pull request's threads in the API

    def comments(self) -> Iterator[tuple[str, str]]:
        """URL and text of the first comment of every thread."""
        for thread in self.api.read(f"{self.url}?api-version=7.1").read(_THREADS)["value"]:
            for first in (thread.get("comments") or ())[:1]:
                url = f"{self.url}/{thread['id']}/comments/{first['id']}?api-version=7.1"
                yield url, first.get("content") or ""

    def add(self, text: str) -> None:
        """Opens a thread that asks nobody for an answer; what must fail fails the pipeline."""
        comment = {"parentCommentId": 0, "content": text, "commentType": 1}
        thread = {"comments": [comment], "status": CLOSED}
        self.api.write("POST", f"{self.url}?api-version=7.1", thread)

    def rewrite(self, url: str, text: str) -> None:
        """Gives a comment another text."""
        self.api.write("PATCH", url, {"content": text})


def pull_request(variables: Mapping[str, str]) -> PullRequest:
    """The pull request of this run. Raises CommentError outside of one."""
    try:
        return _pull_request(variables)
    except KeyError as error:
        raise CommentError(f"{error.args[0]} is not set, which the pipeline sets") from error


def _pull_request(variables: Mapping[str, str]) -> PullRequest:
    number = re.fullmatch(r"refs/pull/(\d+)/merge", variables.get("GITHUB_REF", ""))
    if number and variables.get("GITHUB_TOKEN"):
        headers = _authorized(variables["GITHUB_TOKEN"])
        api = Api({**headers, "Accept": "application/vnd.github+json"})
        url = f"{variables['GITHUB_API_URL']}/repos/{variables['GITHUB_REPOSITORY']}"
        return GitHub(api, url, number.group(1))
    if variables.get("SYSTEM_PULLREQUEST_PULLREQUESTID") and variables.get("SYSTEM_ACCESSTOKEN"):
        api = Api(_authorized(variables["SYSTEM_ACCESSTOKEN"]))
        return AzureRepos(api, _threads(variables))
    raise CommentError(
        "no pull request to comment on: run it in a pipeline of one, with GITHUB_TOKEN or "
        "SYSTEM_ACCESSTOKEN in the environment"
    )


def _authorized(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _threads(variables: Mapping[str, str]) -> str:
    project = f"{variables['SYSTEM_COLLECTIONURI']}{variables['SYSTEM_TEAMPROJECTID']}"
    repository = f"{project}/_apis/git/repositories/{variables['BUILD_REPOSITORY_ID']}"
    return f"{repository}/pullRequests/{variables['SYSTEM_PULLREQUEST_PULLREQUESTID']}/threads"


def put(request: PullRequest, text: str) -> None:
    """Writes a comment, over the one with the same first line if there is one."""
    first = text.splitlines()[:1]
    found = (url for url, body in request.comments() if body.splitlines()[:1] == first)
    url = next(found, None)
    if url is None:
        request.add(text)
    else:
        request.rewrite(url, text)


def main(arguments: list[str], variables: Mapping[str, str] = os.environ) -> int:
    """Exit code: 0 written, 1 not, with one line on stderr that says why."""
    try:
        request = pull_request(variables)
        for path in arguments:
            put(request, _summary(path))
    except CommentError as error:
        complain("comment", str(error))
        return 1
    except AzureError as error:
        complain("comment", f"the comment cannot be written: {one_line(error)}")
        return 1
    return 0


def _summary(path: str) -> str:
    """The text of a file. Raises CommentError where there is none."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommentError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommentError(f"{path}: it is not UTF-8") from error
    if not text.strip():
        raise CommentError(f"{path}: it is empty, and a comment needs a text")
    return text


if __name__ == "__main__":
    run(main, "comment")
