"""Renews the dependencies: Pulumi everywhere, the hashed requirements files, the Go modules.

    scripts/renew [--pulumi VERSION]

The version of Pulumi's SDK in pyproject.toml decides: the newest, or the one given, and with it the
oldest CLI that counts. Each other requirement of pyproject.toml is followed as far as it allows.
Nothing that is younger than a week is taken. Read the differences, then run the checks and tests.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tools.command import Parser
from tools.command import run as start
from tools.engine import go_toolchain
from tools.setup.console import SetupError, progress
from tools.setup.processes import output, run

REPOSITORY = Path(__file__).resolve().parents[1]
COOLDOWN = timedelta(days=7)
"""Age of a release at least: what is withdrawn, or was smuggled in, is mostly noticed by then."""

REQUIREMENTS: dict[str, Sequence[str]] = {
    "requirements-dev.txt": ("pyproject.toml", "--group", "dev"),
    "requirements.txt": ("pyproject.toml",),
    "policies/requirements.txt": ("--group", "policies"),
    "tools/engine/requirements.txt": ("--group", "engine"),
    "tools/engine/requirements-go.txt": ("--group", "go"),
    "tools/lint/workflows/requirements.txt": ("--group", "pipelines"),
    "tools/lint/kql/requirements.txt": ("--group", "node"),
}
"""What each file is compiled from; the first comes first, since the others keep its versions."""

MODULES = {
    "tools/engine": "github.com/pulumi/pulumi/pkg/v3",
    "tools/yaml_host": "github.com/pulumi/pulumi-yaml",
    "tools/lint/workflows": "github.com/rhysd/actionlint",
}
"""Folders with a go.mod, and the module that each is there for."""

SDK = {
    "pyproject.toml": r'(?<="pulumi~=)[\d.]+',
    "Pulumi.yaml": r'(?<=^requiredPulumiVersion: ">=)[\d.]+',
    "guardrail/Pulumi.yaml": r'(?<=^requiredPulumiVersion: ">=)[\d.]+',
    "examples/component/requirements.txt": r"(?<=^pulumi>=)[\d.]+",
    "docs/getting-started.md": r"(?<=Pulumi CLI )[\d.]+(?= or newer)",
}
"""Files that name the version of Pulumi's SDK, with the pattern of it."""

_COMPILE = (
    *("pip", "compile", "--quiet", "--upgrade", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-emit-index-url", "--custom-compile-command", "scripts/renew"),
    *("--exclude-newer", f"{COOLDOWN.days} days"),
)


def main(arguments: list[str]) -> int:
    """Exit code: 0 done, 1 impossible (one line on stderr says why)."""
    parser = Parser(prog="scripts/renew", description="Renews the dependencies.")
    parser.add_argument("--pulumi", metavar="VERSION", help="of the SDK; the newest by default")
    options = parser.parse_args(arguments)
    try:
        name_sdk(REPOSITORY, options.pulumi or _newest_sdk())
        for file, sources in REQUIREMENTS.items():
            compile_requirements(REPOSITORY, file, sources)
        for folder, module in MODULES.items():
            renew_module(REPOSITORY / folder, module)
    except SetupError as error:
        progress(str(error))
        return 1
    progress("done: read `git diff`, then run scripts/check and scripts/test")
    return 0


def name_sdk(root: Path, version: str) -> None:
    """Writes the version wherever it is named. Raises SetupError where it is named otherwise."""
    progress(f"Pulumi's SDK is {version}")
    for file, pattern in SDK.items():
        path = root / file
        text, found = re.subn(pattern, version, path.read_text(), flags=re.MULTILINE)
        if found != 1:
            raise SetupError(f"{file} has {found} times what {pattern} finds: name it once")
        path.write_text(text)


def compile_requirements(root: Path, file: str, sources: Sequence[str]) -> None:
    """Compiles a requirements file anew, with hashes. Raises SetupError."""
    progress(f"compiling {file} ...")
    first = next(iter(REQUIREMENTS))
    constraints = [] if file == first else ["--constraint", first]
    uv = [_uv(), "--directory", str(root), *_COMPILE, *sources, *constraints]
    run(f"compiling {file}", [*uv, "--output-file", file])


def renew_module(folder: Path, module: str) -> None:
    """Moves a Go module to its newest version, and all that it needs. Raises SetupError."""
    progress(f"looking for a newer {module} ...")
    version = _newest_module(folder, module)
    for step in (["get", f"{module}@{version}"], ["mod", "tidy"]):
        _go(folder, *step)


def _newest_sdk() -> str:
    """Newest version of Pulumi's SDK that is old enough."""
    options = ["--no-header", "--no-annotate", "--no-deps", "--quiet", *_COMPILE[-2:]]
    found = run("looking up Pulumi", [_uv(), "pip", "compile", *options, "-"], given="pulumi<4\n")
    return found.strip().removeprefix("pulumi==")


def _newest_module(folder: Path, module: str) -> str:
    """Newest released version that is old enough and served; the present one at least."""
    present: str = json.loads(_go(folder, "list", "-m", "-json", module))["Version"]
    listed = json.loads(_go(folder, "list", "-m", "-versions", "-json", module))
    released: list[str] = listed["Versions"]
    newer = [each for each in released if "-" not in each and _numbers(each) > _numbers(present)]
    candidates = sorted(newer, key=_numbers, reverse=True)
    return next((each for each in candidates if _is_settled(folder, module, each)), present)


def _is_settled(folder: Path, module: str, version: str) -> bool:
    command = [_tool(), "-C", str(folder), "mod", "download", "-json", f"{module}@{version}"]
    answer = output(command, go_toolchain.ENVIRONMENT)
    if not answer:
        return False  # not served, as it happens to versions behind a proxy
    released = json.loads(Path(json.loads(answer)["Info"]).read_text())["Time"]
    return datetime.fromisoformat(released) < datetime.now(UTC) - COOLDOWN


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:3]))


def _go(folder: Path, *arguments: str) -> str:
    variables = {**go_toolchain.ENVIRONMENT, "GOFLAGS": "-mod=mod"}
    return run(f"go {' '.join(arguments)}", [_tool(), "-C", str(folder), *arguments], variables)


def _tool() -> str:
    return str(go_toolchain.find_or_install())


def _uv() -> str:
    """uv of the environment that this runs in, else from PATH."""
    own = Path(sys.executable).with_name("uv")
    return str(own) if own.exists() else shutil.which("uv") or "uv"


if __name__ == "__main__":
    start(main, "renew")
