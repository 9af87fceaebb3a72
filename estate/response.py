"""An HTTP answer, and whether it is one that Azure would give.

Between here and Azure may sit a proxy that answers with its own page, a firewall that cuts, a
gateway that redirects. What comes then is reported in one line: what was asked, what came, what the
cause may be and the way out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from azure.core.exceptions import AzureError, HttpResponseError, ODataV4Format

from estate.errors import UnansweredError
from estate.response_shape import ANYTHING, Misfit, Needed, Shape, check, shown

_TITLE = re.compile(rb"<title[^>]*>([^<]{1,200})", re.I)
_ERROR: Shape = {"error": Needed({"code": Needed(str), "message": str})}
_OLDER_ERROR: Shape = {"code": Needed(str), "message": Needed(str)}


class BadResponseError(UnansweredError, AzureError):
    """An answer that is not one, or none at all; the text is one line.

    It is an AzureError too: whoever can do without an answer treats it as any other refusal.
    """


def address(url: str) -> str:
    """A URL as messages show it: without its query, which may hold secrets, or a user."""
    parts = _split(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: all three decide where a request with a token may go."""
    parts = _split(url)
    try:
        port = parts.port
    except ValueError:
        port = 0
    standard = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", standard if port is None else port


def joined(url: str, link: str) -> str:
    """Absolute URL of a link in an answer; empty where it is no link."""
    try:
        return urljoin(url, link)
    except ValueError:
        return ""


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "?", "", "")


@dataclass(frozen=True)
class Response:
    """A whole answer; header names in any letter case."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def asked(self) -> str:
        """Method and address."""
        return f"{self.method} {address(self.url)}"

    def read(self, shape: Shape = ANYTHING) -> Any:
        """The JSON of a success, of that shape.

        Raises HttpResponseError for Azure's own refusal, AnswerError for whatever else came.
        """
        if self.status >= 400:
            raise self._refusal()
        if self.status >= 300:
            raise self.unlike(self._onward())
        body = self._json()
        self.fit(body, shape)
        return body

    def fit(self, value: object, shape: Shape) -> None:
        """Raises AnswerError where something of this answer is not of a shape."""
        try:
            check(value, Needed(shape))
        except Misfit as misfit:
            raise self.unlike(str(misfit), "run it again") from misfit

    def unlike(self, came: str, first: str = "") -> BadResponseError:
        """The error for an answer that Azure would not give; ``first`` is what to do first."""
        host = _split(self.url).hostname
        ways = f"{first}; if it stays, " if first else ""
        return BadResponseError(
            f"{self.asked} was answered {self.status}, but not as documented: {came}. A proxy or "
            f"gateway may have answered in its place: {ways}check HTTPS_PROXY and NO_PROXY, and "
            f"that {host} can be reached from here"
        )

    def _onward(self) -> str:
        onward = joined(self.url, self.headers.get("Location", ""))
        if onward == self.url:
            return f"{self._kind()}, and no way on"
        elsewhere = ", where no token goes" if origin(onward) != origin(self.url) else ""
        return f"it sends us on to {address(onward)}{elsewhere}"

    def _json(self) -> Any:
        text = self._text()
        try:
            return json.loads(text, parse_constant=_no_number)
        except json.JSONDecodeError as error:
            if error.pos >= len(text.rstrip()) or "Unterminated" in error.msg:
                came = f"JSON that stops short after {len(self.content)} bytes"
                raise self.unlike(came, "run it again") from error
            raise self.unlike(self._kind()) from error
        except (ValueError, RecursionError) as error:
            raise self.unlike("JSON that nobody can read") from error

    def _text(self) -> str:
        try:
            text = self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self.unlike(f"{self._kind()} with bytes that are no UTF-8") from error
        if not text.strip():
            raise self.unlike("an empty body", "run it again")
        return text

    def _kind(self) -> str:
        """Kind of the content, in words."""
        said = shown(self.headers.get("Content-Type") or "content of no type")
        title = _TITLE.search(self.content[:10_000])
        if title is None:
            return f"{said} that is not JSON"
        return f"a web page, '{shown(' '.join(title[1].decode(errors='replace').split()))}'"

    def _refusal(self) -> AzureError:
        """Azure's error; anybody can send a status, so one without Azure's body is not Azure's."""
        body = self._json()
        for shape in (_ERROR, _OLDER_ERROR):
            try:
                check(body, Needed(shape))
            except Misfit:
                continue
            return self._refused(ODataV4Format(body))
        return self.unlike("an error without the code and message of Azure's")

    def _refused(self, said: ODataV4Format) -> HttpResponseError:
        message = " ".join(str(said.message or "").split())
        error = HttpResponseError(f"{said.code}: {message} ({self.method} {_split(self.url).path})")
        error.status_code, error.error = self.status, said
        return error


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def one_line(error: AzureError) -> str:
    """An Azure error as one line."""
    return " ".join(str(error.message or error).split())
