"""What a newcomer runs, from README and the page on getting started."""

from __future__ import annotations

import re

from tests.docs.world import World
from tools.projects import REPOSITORY


def test_local_azures_page_builds_dev_by_hand(reader: World) -> None:
    built = reader.read(REPOSITORY / "localazure" / "README.md")
    assert "24 network security groups found: 6 covered" in built
    assert re.search(r"\+ \d+ created", built)


def test_getting_started_ends_with_a_report_a_second_environment_and_nothing_left(
    reader: World,
) -> None:
    printed = reader.read(REPOSITORY / "docs" / "getting-started.md")
    assert (reader.folder / "report.html").stat().st_size > 10_000
    assert "flow-logs-second" in printed
    assert "deleted" in printed
