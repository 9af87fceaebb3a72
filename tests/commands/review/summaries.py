"""Outcomes, plans and sections, as the tests of a summary need them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from commands.review.outcome import Outcome
from commands.shared.engine import Run
from estate.model import Estate
from plan.planner import make
from plan.views.document import document
from stack.state import State
from tests import estates_by_hand as hand


def outcome(*events: Mapping[str, Any], code: int = 0, plan: Any = None) -> Outcome:
    """A preview of prod."""
    return Outcome("prod", Run(code, "", "", events), plan)


def plan_of(estate: Estate, **settings: Any) -> dict[str, Any]:
    """The document as it comes out of the file."""
    made: dict[str, Any] = json.loads(
        json.dumps(document(make(estate, hand.settings(**settings), State())))
    )
    return made


def section(text: str, title: str) -> str:
    """What stands under a title."""
    assert f"\n### {title}" in text, text
    return text.split(f"\n### {title}", 1)[1].split("\n### ", 1)[0]
