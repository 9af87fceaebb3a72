"""What keeps the engine from changing a resource that nobody can write to."""

from __future__ import annotations

UNTOUCHED = ["*"]  # of ``ignoreChanges``: every property stays as the state has it
