"""What a reviewer reads where preflight finds what would stop a run."""

from __future__ import annotations

from commands.markdown import plain
from commands.preflight import obstacles
from commands.summary import joined

LENGTH = 600  # characters of a line; the way out stands at its end


def stopped(stack: str, purpose: str) -> str:
    """Markdown of a stack's obstacles; empty where the run may start.

    ``purpose`` is ``deploy`` or ``preview``. Where preflight could not look, the run tells why.
    """
    lines = obstacles(stack, purpose)
    if not lines:
        return ""
    return joined(
        [
            f"## {stack}: stopped before it began",
            "Azure would refuse what the stack holds; nothing was changed. "
            f"The same list: `python -m commands.preflight --stack {stack}`.",
            *(f"- {plain(line, LENGTH)}" for line in lines),
        ]
    )
