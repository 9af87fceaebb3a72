"""Obstacles that preflight found, as a reviewer reads them where a run cannot start."""

from __future__ import annotations

from commands.preflight import BlindError, obstacles
from commands.review.change_sections import ways_out
from commands.review.summary import joined, marker
from commands.shared.markdown import plain

LENGTH = 600  # characters of a line; the way out stands at its end


def stopped(stack: str, purpose: str) -> str:
    """Markdown of a stack's obstacles; empty where the run may start.

    ``purpose`` is ``deploy`` or ``preview``.
    """
    try:
        lines = obstacles(stack, purpose)
        why = "The run would end at what follows"
    except BlindError as error:
        lines = [str(error)]
        why = "Preflight could not look, and the run could not either"
    if not lines:
        return ""
    return joined(
        [
            marker(stack),
            f"## {stack}: stopped before it began",
            f"{why}; nothing was changed. "
            f"The same again: `python -m commands.preflight --stack {stack}`.",
            *(f"- {plain(line, LENGTH)}" for line in lines),
            *(way for line in lines for way in ways_out(line, stack)),
        ]
    )
