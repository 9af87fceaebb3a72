"""Reading page after page, for as long as each brings something."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from estate.response import Response

MOST = 10_000  # pages of one collection; the largest that Azure has are of a few hundred
EMPTY = 20  # pages without an item, one after the other; Azure may send some, with a next page


@dataclass
class Pages:
    """Pages of one collection read so far."""

    _following: set[object] = field(default_factory=set)
    _seen: set[int] = field(default_factory=set)
    _read: int = 0
    _empty: int = 0

    def check(self, answer: Response, items: Sequence[Any], following: object) -> None:
        """Raises AnswerError for a page from which reading on would not end.

        ``following`` is the link or token of the next page, None for the last.
        """
        self._read += 1
        self._empty = 0 if items else self._empty + 1
        if following is None:
            return
        if following in self._following:
            raise answer.unlike("its next page is one that was read before", "run it again")
        self._following.add(following)
        content = hash(json.dumps(items, sort_keys=True)) if items else 0
        if items and content in self._seen:
            raise answer.unlike("a page has the items of an earlier one", "run it again")
        self._seen.add(content)
        if self._empty > EMPTY or self._read > MOST:
            raise answer.unlike(f"{self._read} pages, and none is the last", "run it again")
