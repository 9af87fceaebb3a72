"""The examples of docs/rules.md are what the commands print of the shop, but for time and size."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.commands.replay import shop
from tests.commands.replay.conftest import Told
from tests.docs.pages import text_of
from tests.servers import LocalAzure
from tools.projects import REPOSITORY

pytestmark = pytest.mark.slow

Start = Callable[..., LocalAzure]
Run = Callable[..., Told]
PAGE = REPOSITORY / "docs" / "rules.md"
CHANGE = [
    shop.nsg("nsg-web", *shop.WEB_RULES[1:]),
    shop.nsg("nsg-app", shop.rule("AllowAll", 90, "Allow")),
]


def plain(text: str) -> str:
    """A text without its times; a month's figures as those of the two days that are tried."""
    timeless = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "TIME", text)
    return re.sub(r"\b720\b", "48", timeless)


def test_the_use_of_rules(azure: Start, rules_of: Run) -> None:
    azure()
    assert plain(text_of(PAGE, "text")) in plain(rules_of()[1])


def test_the_summary_of_a_change(azure: Start, impact_of: Run) -> None:
    azure()
    assert plain(impact_of(CHANGE)[1]).startswith(plain(text_of(PAGE, "markdown")))
