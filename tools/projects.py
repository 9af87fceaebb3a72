"""Project folders that run a program of this checkout and keep their own stack files.

A run writes to the stack files beside `Pulumi.yaml` (the salt of a passphrase, for one), so the
demo and the tests work in copies and leave the checkout as it is.
"""

from __future__ import annotations

import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SAMPLE_ESTATE = REPOSITORY / "localazure" / "estates" / "contoso.json"
POLICIES = REPOSITORY / "policies"


def copy_project(folder: Path, source: Path = REPOSITORY) -> Path:
    """A folder with the `Pulumi.yaml` and the stack files of `source`, running its program."""
    folder.mkdir(parents=True)
    lines = (source / "Pulumi.yaml").read_text().splitlines()
    kept = [line for line in lines if "virtualenv:" not in line]
    at = kept.index("    toolchain: pip") + 1
    kept.insert(at, f"    virtualenv: {REPOSITORY / '.venv'}")
    (folder / "Pulumi.yaml").write_text("\n".join([*kept, f"main: {source}", ""]))
    for stack in source.glob("Pulumi.*.yaml"):
        shutil.copy(stack, folder)
    return folder
