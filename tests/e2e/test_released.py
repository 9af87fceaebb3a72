"""A stack that the version before made is a stack of this one: nothing moves, nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.e2e import released
from tests.e2e.stage import stage

MEANT: Mapping[str, int] = {"create": 14, "replace": 12, "update": 7}
"""Changes of such a stack that this version makes on purpose, by what they are; each of them is in
CHANGELOG.md. A release empties it."""


def test_a_stack_of_the_version_before_has_no_changes(pulumi_cli: Path, tmp_path: Path) -> None:
    released.azure(tmp_path / "azure")
    with stage(tmp_path) as there:
        released.adopt(there, tmp_path)
        preview = there.preview(released.STACK)
        assert preview.code == 0, preview.stdout
        assert preview.changes == MEANT
        update = there.up(released.STACK)
        assert update.code == 0, update.stdout
        assert update.changes == MEANT
        deletions = MEANT.get("replace", 0)  # a saved query is deleted before it is made again
        assert len(there.server.writes()) == sum(MEANT.values()) + deletions
