"""Outcomes, plans and sections, as the tests of a summary need them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from commands.engine import Run
from commands.outcome import Outcome
from estate.model import Estate
from plan.document import document
from plan.make import make
from state import StackState
from tests import estates_by_hand as hand


def outcome(*events: Mapping[str, Any], code: int = 0, plan: Any = None) -> Outcome:
    """A preview of prod."""
    return Outcome("prod", Run(code, "", "", events), plan)


def plan_of(estate: Estate, **settings: Any) -> dict[str, Any]:
    """The document as it comes out of the file."""
    made: dict[str, Any] = json.loads(
        json.dumps(document(make(estate, hand.settings(**settings), StackState())))
    )
    return made


def section(text: str, title: str) -> str:
    """What stands under a title."""
    assert f"\n### {title}" in text, text
    return text.split(f"\n### {title}", 1)[1].split("\n### ", 1)[0]
