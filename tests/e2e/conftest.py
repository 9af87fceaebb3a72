"""Fixtures of the end-to-end tests: a stage per test, on the sample estate or another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from tests.e2e.stage import Stage, stage

Staging = Callable[..., Stage]


@pytest.fixture
def staged(tmp_path: Path, pulumi_cli: Path) -> Iterator[Staging]:
    """Starts stages that end with the test: ``staged()``, ``staged(estate, *options)``."""
    with ExitStack() as stages:

        def start(*arguments: object, launched: bool = False) -> Stage:
            opened: AbstractContextManager[Stage] = stage(tmp_path, *arguments, launched=launched)  # type: ignore[arg-type]
            return stages.enter_context(opened)

        yield start
