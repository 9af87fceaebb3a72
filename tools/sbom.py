"""Lists what the program, or the policy pack, is made of: a CycloneDX document in JSON.

    scripts/sbom [--pack] [--output FILE]

cyclonedx-py makes two lists: of the hashed requirements, with the hashes of all that may be
installed, and of the environment, with licences and what needs what. Here they become one. The same
requirements in the same environment give the same bytes; a time is in them where SOURCE_DATE_EPOCH
has one. What another platform alone installs has no licence here, as it is not installed.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.command import Parser, write
from tools.command import run as start
from tools.setup.console import SetupError, progress
from tools.setup.processes import run

REPOSITORY = Path(__file__).resolve().parents[1]
SPECIFICATION = "1.6"
_ROOT = "root-component"

Document = dict[str, Any]


def main(arguments: list[str]) -> int:
    """Exit code: 0 done, 1 impossible (one line on stderr says why)."""
    parser = Parser(prog="scripts/sbom", description="Lists what the program is made of.")
    parser.add_argument("--pack", action="store_true", help="the policy pack in its place")
    parser.add_argument("--output", type=Path, metavar="FILE", help="instead of stdout")
    options = parser.parse_args(arguments)
    try:
        text = of_pack() if options.pack else of_program()
    except SetupError as error:
        progress(str(error))
        return 1
    if options.output:
        write(options.output, text)
    else:
        print(text, end="")
    return 0


def of_program() -> str:
    """The program's document. Raises SetupError."""
    return _bill("requirements.txt", _project()["project"]["dependencies"], {})


def of_pack() -> str:
    """The policy pack's document. Raises SetupError."""
    pack = yaml.safe_load((REPOSITORY / "policies" / "PulumiPolicy.yaml").read_text())
    root = {field: pack[field] for field in ("name", "description", "version")}
    return _bill("policies/requirements.txt", _project()["dependency-groups"]["policies"], root)


def _project() -> Document:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text())


def _bill(requirements: str, direct: Sequence[str], root: Mapping[str, str]) -> str:
    document = _listed("requirements", requirements)
    environment = _environment()
    installed = {_name(part): part for part in environment["components"]}
    urls = {_name(part): part["purl"] for part in document["components"]}
    needs = _needs(environment)
    asked = [canonicalize_name(Requirement(text).name) for text in direct]
    document["metadata"]["component"].update(root)
    document["components"] = [
        _described(part, installed.get(_name(part), {})) for part in document["components"]
    ]
    document["dependencies"] = [
        {"ref": _ROOT, "dependsOn": sorted(urls[name] for name in asked)},
        *(
            {"ref": url, "dependsOn": sorted(urls[need] for need in needs[name] if need in urls)}
            for name, url in urls.items()
            if name in needs
        ),
    ]
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


@cache
def _environment() -> Document:
    return _listed("environment", sys.prefix)


def _listed(mode: str, source: str) -> Document:
    program = str(Path(sys.executable).with_name("cyclonedx-py"))
    # What becomes of both lists is validated by the tests: it takes longer than all the rest.
    unseen = ["--no-validate", "--output-reproducible"]
    options = [*unseen, "--output-format", "JSON", "--spec-version", SPECIFICATION]
    project = ["--pyproject", str(REPOSITORY / "pyproject.toml")]
    place = str(REPOSITORY / source)  # a path that is whole already stays as it is
    found: Document = json.loads(
        run(f"listing {source}", [program, mode, *options, *project, place])
    )
    return found


def _described(part: Document, installed: Document) -> Document:
    """A requirement, called by its address, with what the installed package says of itself."""
    kept = {name: part[name] for name in ("externalReferences", "name", "purl", "type", "version")}
    told: Document = {
        name: installed[name] for name in ("description", "licenses") if name in installed
    }
    return {"bom-ref": part["purl"], **kept, **told}


def _needs(environment: Document) -> dict[str, list[str]]:
    """Names of what each installed package needs."""
    names = {part["bom-ref"]: _name(part) for part in environment["components"]}
    return {
        names[entry["ref"]]: [names[need] for need in entry.get("dependsOn", ())]
        for entry in environment["dependencies"]
        if entry["ref"] in names
    }


def _name(part: Document) -> str:
    return canonicalize_name(part["name"])


if __name__ == "__main__":
    start(main, "sbom")
