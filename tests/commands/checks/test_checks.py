"""The page on preflight and doctor has every check."""

from __future__ import annotations

import re

from commands.checks import doctor_checks, preflight_checks
from tools.projects import REPOSITORY


def test_the_page_lists_every_check_with_its_severity() -> None:
    page = (REPOSITORY / "docs" / "doctor.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", page, re.MULTILINE))
    checks = {
        check.name: check.severity for check in (*preflight_checks.CHECKS, *doctor_checks.CHECKS)
    }
    assert rows == checks
