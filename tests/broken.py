"""Answers that no Azure gives: a proxy's page, half a body, a link to another host.

Each is a function from the true answer to what is sent in its place.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

PAGE = b"<html><head><title>Sign in to Contoso ##vso[x]</title></head><body>\xa0</body></html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class Sent:
    """An answer; ``elsewhere`` is the URL of a host that must never hear of a token.

    With ``drip`` the body goes byte by byte, that many seconds apart; ``length`` is what the header
    says in place of the true one.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    elsewhere: str = ""
    url: str = ""
    drip: float = 0.0
    length: str | None = None

    @property
    def json(self) -> Any:
        """The body, parsed; an object where there is none."""
        return json.loads(self.body) if self.body else {}

    def saying(self, document: object) -> Sent:
        """The same with another document in it."""
        return replace(self, body=json.dumps(document).encode())


Change = Callable[[Sent], Sent]


def _page(status: int) -> Change:
    return lambda sent: replace(sent, status=status, headers=HTML, body=PAGE)


def _body(body: bytes) -> Change:
    return lambda sent: replace(sent, body=body)


def _rows(document: Any) -> list[Any]:
    held = document.get("value", document.get("data", [])) if isinstance(document, dict) else []
    return held if isinstance(held, list) else []


def _in_rows(change: Callable[[Any], object]) -> Change:
    """Changes each row of a page, or the document where it is no page."""

    def changed(sent: Sent) -> Sent:
        document = sent.json
        for row in _rows(document) or [document]:
            change(row)
        return sent.saying(document)

    return changed


def _every_member(value: object) -> Change:
    """Each member of the document, `value` and `data` among them, is of one and the same value."""

    def changed(sent: Sent) -> Sent:
        names = sent.json if isinstance(sent.json, dict) else ()
        return sent.saying(dict.fromkeys([*names, "value", "data", "id"], value))

    return changed


def _with(**members: Any) -> Change:
    return lambda sent: sent.saying({**sent.json, **members})


def _moved(target: Callable[[Sent], str]) -> Change:
    return lambda sent: replace(sent, status=302, headers={"Location": target(sent)}, body=b"")


def _headers(**headers: str) -> Change:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda sent: replace(sent, headers={**sent.headers, **named})


BROKEN: dict[str, Change] = {
    "a page with 200": _page(200),
    "a page with 403": _page(403),
    "a page with 404": _page(404),
    "a page with 502": _page(502),
    "nothing": _body(b""),
    "null": _body(b"null"),
    "a list": _body(b"[]"),
    "a list of objects": _body(b"[{}]"),
    "a text": _body(b'"ok"'),
    "an empty text": _body(b'""'),
    "a number": _body(b"42"),
    "an object of nothing": _body(b"{}"),
    "an error with 200": lambda sent: replace(
        sent, status=200, body=b'{"error": {"code": "Oops", "message": "not now"}}'
    ),
    "cut": lambda sent: replace(sent, body=sent.body[: len(sent.body) // 2]),
    "no UTF-8": lambda sent: replace(sent, body=b'{"name": "\xff\xfe"}'),
    "no number": _body(b'{"value": NaN, "data": NaN}'),
    "nested without end": _body(b"[" * 200_000),
    "members that are texts": _every_member("text"),
    "members that are numbers": _every_member(7),
    "members that are objects": _every_member({}),
    "members that are lists of null": _every_member([None]),
    "members that are lists of lists": _every_member([[]]),
    "gzip that is none": _headers(Content_Encoding="gzip"),
    "longer than it is": lambda sent: replace(sent, length=str(len(sent.body) + 1000)),
    "a length in words": lambda sent: replace(sent, length="soon"),
    "a redirect to another host": _moved(lambda sent: f"{sent.elsewhere}/there"),
    "a redirect to itself": _moved(lambda sent: sent.url),
    "a redirect to nowhere": _moved(lambda sent: "http://[::1"),
    "no content": lambda sent: replace(sent, status=204, body=b""),
}
"""Answers that no endpoint may give."""

BROKEN_ROWS: dict[str, Change] = {
    "rows without id": _in_rows(lambda row: row.pop("id", None)),
    "rows with ids of nothing": _in_rows(lambda row: row.update(id="")),
    "rows with ids that are none": _in_rows(lambda row: row.update(id="@127.0.0.2/x")),
    "rows with ids that are numbers": _in_rows(lambda row: row.update(id=7)),
    "rows with half a character": _in_rows(lambda row: row.update(name="\ud800")),
    "rows whose names are lists": _in_rows(lambda row: row.update(name=["x"])),
    "rows whose tags are a list": _in_rows(lambda row: row.update(tags=["x"])),
}
"""Answers that no list of resources may give."""

BROKEN_PAGES: dict[str, Change] = {
    "a next page that is itself": lambda sent: _with(nextLink=sent.url)(sent),
    "a next page that is itself without a host": lambda sent: _with(
        nextLink=sent.url.replace("http://", "").partition("/")[1] + sent.url.split("/", 3)[3]
    )(sent),
    "a next page on another host": lambda sent: _with(nextLink=f"{sent.elsewhere}/next")(sent),
    "a next page at another port by name": lambda sent: _with(
        nextLink=sent.url.replace("127.0.0.1", "localhost")
    )(sent),
    "a next page that is a number": _with(nextLink=7),
    "a next page that is no URL": _with(nextLink="http://[::1"),
}
"""Pages of ARM's after which there is no right way on."""

HARMLESS: dict[str, Change] = {
    "another content type": _headers(Content_Type="image/png"),
    "no content type": lambda sent: replace(sent, headers={}),
    "a mark of byte order": lambda sent: replace(sent, body=b"\xef\xbb\xbf" + sent.body),
    "gzip": lambda sent: replace(
        sent,
        body=gzip.compress(sent.body),
        headers={**sent.headers, "Content-Encoding": "gzip"},
    ),
    "quota headers that are no numbers": _headers(
        x_ms_ratelimit_remaining_subscription_reads="many",
        x_ms_user_quota_remaining="-",
        x_ms_user_quota_resets_after="soon",
        Retry_After="soon",
    ),
}
"""Odd answers that say all that is needed."""
