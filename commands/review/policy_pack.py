"""The policy pack of this checkout, and what a stack asks of it."""

from __future__ import annotations

from pathlib import Path

from commands.shared.configuration import short_name
from tools.projects import POLICIES


def config_file(stack: str) -> Path:
    """Where a stack's settings of the pack are, if it has any."""
    return POLICIES / "config" / f"{short_name(stack)}.json"


def guard(stack: str) -> tuple[str, ...]:
    """Arguments that put the pack on guard; a stack without a file of its own has the defaults."""
    config = config_file(stack)
    chosen = ("--policy-pack-config", str(config)) if config.exists() else ()
    return ("--policy-pack", str(POLICIES), *chosen)
