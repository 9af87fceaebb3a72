"""Commands that stand in the text exist, with the options that are named."""

from __future__ import annotations

import os
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.docs import pages
from tools.projects import REPOSITORY

TIMEOUT = 30  # seconds
_WORD = re.compile(r"[a-z][a-z-]*")
_OPTION = re.compile(r"--[a-z][a-z-]*")
_MODULE = re.compile(r"python -m ([\w.]+)")
_SCRIPT = re.compile(r"scripts/[\w-]+")


@pytest.mark.parametrize("page", pages.pages(), ids=pages.name)
def test_commands_in_the_text_of_a_page_exist(page: Path, pulumi_cli: Path) -> None:
    problems = []
    for span in pages.spans(page):
        if span.startswith("pulumi "):
            problems += _unknown(pulumi_cli, span)
        problems += [f for f in _SCRIPT.findall(span) if not os.access(REPOSITORY / f, os.X_OK)]
        problems += [module for module in _MODULE.findall(span) if not _is_module(module)]
    assert problems == []


def _unknown(pulumi_cli: Path, span: str) -> list[str]:
    """Options, or the whole command, that the CLI's help does not know."""
    path: tuple[str, ...] = ()
    for word in span.split()[1:]:
        if not _WORD.fullmatch(word) or f"pulumi {' '.join([*path, word])}" not in _help(
            pulumi_cli, (*path, word)
        ):
            break
        path = (*path, word)
    if not path:
        return [span]
    text = _help(pulumi_cli, path)
    return [f"{span}: {option}" for option in _OPTION.findall(span) if option not in text]


@cache
def _help(pulumi_cli: Path, path: tuple[str, ...]) -> str:
    command = [str(pulumi_cli), *path, "--help"]
    variables = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    return subprocess.run(
        command, env=variables, capture_output=True, text=True, timeout=TIMEOUT, check=False
    ).stdout


def _is_module(module: str) -> bool:
    roots = (REPOSITORY, REPOSITORY / "policies")
    path = Path(*module.split("."))
    return any(
        (root / path).with_suffix(".py").exists() or (root / path).is_dir() for root in roots
    )
