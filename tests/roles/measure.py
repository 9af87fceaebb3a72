"""Renews what is measured and what is made from it: `python -m tests.roles.measure`."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from roles import document
from roles.actions import FOLDER, ROLES, steps
from tests.roles.job import Job, requested
from tests.roles.taken_away import measured


def main() -> None:
    """Writes the definitions, runs the job under them, and writes steps and page."""
    for role in ROLES:
        role.file.write_text(document.text(role), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        done = Job(Path(folder), []).main()
    for each in done:
        print(f"{each.step} ({each.role}): exit code {each.run.code}", *each.run.messages("error"))
    found = measured(list(requested(done)))
    entries = (
        f"  {json.dumps(name)}: {json.dumps(step, ensure_ascii=False)}"
        for name, step in found.items()
    )
    (FOLDER / "steps.json").write_text("{\n" + ",\n".join(entries) + "\n}\n", encoding="utf-8")
    steps.cache_clear()
    page = document.PAGE.read_text(encoding="utf-8")
    document.PAGE.write_text(document.render(page), encoding="utf-8")


if __name__ == "__main__":
    main()
