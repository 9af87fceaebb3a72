"""Writes the role definitions, and the table of docs/rights.md.

    python -m roles.document

Replaces what stands between the two marks in the page and leaves the rest of it alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from roles.actions import PLACES, ROLES, Action, Role, actions, definition, steps

PAGE = Path(__file__).resolve().parents[1] / "docs" / "rights.md"
BEGIN = "<!-- generated: python -m roles.document -->"
_BY_AZURE_ITSELF = ("TAUserDoesNotHavePermissions", "LinkedAuthorizationFailed")
"""What local Azure says of rights that the page lists, when a flow log is written."""

END = "<!-- end of the generated part -->"


def render(page: str) -> str:
    """The page with its generated part renewed. Raises ValueError where a mark is missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks the line '{END if begin else BEGIN}'")
    return f"{before}{BEGIN}\n\n{_tables()}\n{END}{after}"


def text(role: Role) -> str:
    """The text of a role's file."""
    return json.dumps(definition(role), indent=2) + "\n"


def _tables() -> str:
    main = [action for action in actions() if action.where != "scope"]
    guardrail = [action for action in actions() if action.where == "scope"]
    return "\n".join(
        [
            *_table(main),
            "",
            "### The guardrail",
            "",
            *_table(guardrail),
            "",
        ]
    )


def _table(listed: list[Action]) -> Iterator[str]:
    yield "| action | roles | why | needed by | at | without it fails |"
    yield "|---|---|---|---|---|---|"
    for action in listed:
        cells = (
            f"`{action.name}`",
            ", ".join(role.key.removeprefix("flow-logs-") for role in ROLES if role.has(action)),
            action.why,
            needed_by(action),
            PLACES[action.where],
            _failure(action),
        )
        yield f"| {' | '.join(cells)} |"


def needed_by(action: Action) -> str:
    """True if an action is documented, needed by our requests, or both."""
    step = steps().get(action.key)
    requested = bool(action.call) or (step is not None and step.says not in _BY_AZURE_ITSELF)
    if requested and action.documented:
        return "both"
    return "documented" if action.documented and not requested else "our requests"


def _failure(action: Action) -> str:
    step = steps().get(action.key)
    return f"{step.step}: {step.says}" if step else "not shown"


if __name__ == "__main__":
    for each in ROLES:
        each.file.write_text(text(each), encoding="utf-8")
    PAGE.write_text(render(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
