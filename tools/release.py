"""Builds what a release consists of, from what is committed.

    scripts/release FOLDER [--tag vX.Y.Z]

    flow-logs-component-X.Y.Z.tar.gz        the component: package/ and the rooms that it serves
    flowlog-guard-X.Y.Z.tar.gz              the policy pack: policies/
    flow-logs-component-X.Y.Z.cdx.json      what the component stands on, as CycloneDX has it
    flowlog-guard-X.Y.Z.cdx.json            what the pack stands on
    SHA256SUMS                              of all these, for `sha256sum --check`
    notes.md                                the section of CHANGELOG.md

The version is that of pyproject.toml; pack and component must have it too, and CHANGELOG.md a
section. The same commit gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path

import yaml

from tools import sbom
from tools.command import Parser, complain, write
from tools.command import run as start
from tools.setup.console import SetupError
from tools.setup.processes import run

REPOSITORY = Path(__file__).resolve().parents[1]
NAME = "scripts/release"
COMPONENT, PACK = "flow-logs-component", "flowlog-guard"
CONTENTS = {
    COMPONENT: (
        *("LICENSE", "requirements.txt", "package", "components", "estate", "plan", "queries"),
        *("stack", "decide.py", "outputs.py", "printable.py", "sdk_debug_lines.py"),
        *("sdk_refusals.py", "wording.py"),
    ),
    PACK: ("LICENSE", "policies"),
}
"""What each archive holds, under a folder of the archive's name and version."""


def main(arguments: list[str]) -> int:
    """Exit code: 0 done, 1 impossible (one line on stderr says why)."""
    parser = Parser(prog=NAME, description="Builds what a release consists of.")
    parser.add_argument("folder", type=Path, help="where to put it; made if it is not there")
    parser.add_argument("--tag", help="of the release, which must be that of the version")
    options = parser.parse_args(arguments)
    try:
        version = checked_version(REPOSITORY, options.tag)
        build(options.folder.resolve(), version, changes(REPOSITORY, version))
    except SetupError as error:
        complain(NAME, str(error))
        return 1
    return 0


def checked_version(root: Path, tag: str | None = None) -> str:
    """The version, which tag, pack and component have too. Raises SetupError where they do not."""
    version: str = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    pack = yaml.safe_load((root / "policies" / "PulumiPolicy.yaml").read_text())
    component = json.loads((root / "package" / "schema.json").read_text())
    named = {
        "the tag": f"v{version}" if tag is None else tag,
        "policies/PulumiPolicy.yaml": f"v{pack['version']}",
        "package/schema.json": f"v{component['version']}",
    }
    for where, found in named.items():
        if found != f"v{version}":
            raise SetupError(
                f"{where} says {found}, pyproject.toml v{version}: a release has one version"
            )
    return version


def changes(root: Path, version: str) -> str:
    """The text of the version's section in CHANGELOG.md. Raises SetupError where there is none."""
    text = (root / "CHANGELOG.md").read_text()
    heading = rf"^## {re.escape(version)} - \d{{4}}-\d\d-\d\d\n"
    found = re.search(rf"{heading}(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        raise SetupError(
            f"CHANGELOG.md has no section '## {version} - YYYY-MM-DD': give Unreleased its number"
        )
    return f"{found.group(1).strip()}\n"


def build(folder: Path, version: str, notes: str) -> None:
    """Fills the folder. Raises SetupError, and OSError where it cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in CONTENTS:
        _archive(folder, name, version)
    write(folder / f"{COMPONENT}-{version}.cdx.json", sbom.of_program())
    write(folder / f"{PACK}-{version}.cdx.json", sbom.of_pack())
    made = sorted([*folder.glob(f"*-{version}.tar.gz"), *folder.glob(f"*-{version}.cdx.json")])
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in made]
    write(folder / "SHA256SUMS", "".join(sums))
    write(folder / "notes.md", notes)


def _archive(folder: Path, name: str, version: str) -> None:
    """An archive of the commit that is checked out, with its time on every file."""
    file = folder / f"{name}-{version}.tar.gz"
    options = ["--format=tar.gz", f"--prefix={name}-{version}/", f"--output={file}"]
    git = ["git", "-C", str(REPOSITORY), "-c", "tar.umask=0022", "archive"]
    run(f"packing {file.name}", [*git, *options, "HEAD", "--", *CONTENTS[name]])


if __name__ == "__main__":
    start(main, NAME)
