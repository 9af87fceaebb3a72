"""Fixtures of the end-to-end tests: a stage per test, on the sample estate or another."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stage import Stage, stage

Staging = Callable[..., Stage]
AfterFirstUp = Callable[..., None]
_left: dict[str, Path] = {}
"""Folders of stages as a first ``up`` left them, by the arguments of ``after_first_up``."""


@pytest.fixture
def staged(tmp_path: Path, pulumi_cli: Path) -> Iterator[Staging]:
    """Starts stages that end with the test: ``staged()``, ``staged(estate, *options)``."""
    with ExitStack() as stages:

        def start(*arguments: object, launched: bool = False) -> Stage:
            opened: AbstractContextManager[Stage] = stage(tmp_path, *arguments, launched=launched)  # type: ignore[arg-type]
            return stages.enter_context(opened)

        yield start


@pytest.fixture
def after_first_up(
    tmp_path: Path, pulumi_cli: Path, tmp_path_factory: pytest.TempPathFactory
) -> AfterFirstUp:
    """Puts what a stack's first ``up`` leaves into the test's folder.

    It runs once for equal arguments, on the sample estate; who comes after gets a copy.
    """

    def leave(stack: str, settings: Mapping[str, Any] | None = None) -> None:
        given = json.dumps([stack, settings], sort_keys=True)
        if given not in _left:
            _left[given] = tmp_path_factory.mktemp("left")
            with stage(_left[given]) as there:
                there.stack(stack, settings)
                done = there.up(stack)
                assert done.code == 0, done.stdout
        shutil.copytree(_left[given], tmp_path, symlinks=True, dirs_exist_ok=True)

    return leave


@pytest.fixture
def deployed(after_first_up: AfterFirstUp, staged: Staging) -> Staging:
    """A stage whose stack has had its first ``up``: ``deployed("dev", settings)``."""

    def start(stack: str, settings: Mapping[str, Any] | None = None) -> Stage:
        after_first_up(stack, settings)
        return staged()

    return start
