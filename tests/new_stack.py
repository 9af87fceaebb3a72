"""New stacks as ``pulumi stack init`` makes them: by the CLI once for each name, then copied.

The CLI derives a key from the passphrase each time, which takes a quarter of a second; stacks of
tests may share it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

TIMEOUT = 60  # seconds for the CLI
SALT = "encryptionsalt:"


@dataclass(frozen=True)
class _Made:
    """What the CLI left of a new stack: files of its backend, and the line of its stack file."""

    files: Mapping[Path, bytes]
    salt: str


_made: dict[tuple[str, str], _Made] = {}


def new_stack(cli: Path, project: Path, environment: Mapping[str, str], name: str) -> None:
    """Makes a stack of a project in the file backend that the environment names."""
    program = yaml.safe_load((project / "Pulumi.yaml").read_text())["name"]
    backend = Path(unquote(urlsplit(environment["PULUMI_BACKEND_URL"]).path)) / ".pulumi"
    file = project / f"Pulumi.{name}.yaml"
    if (program, name) not in _made:
        _initialise(cli, project, environment, name)
        salt = next(line for line in file.read_text().splitlines() if line.startswith(SALT))
        states = (backend / "stacks" / program).glob(f"{name}.json*")
        files = [backend / "meta.yaml", *states]
        read = {path.relative_to(backend): path.read_bytes() for path in files}
        _made[program, name] = _Made(read, salt)
        return
    made = _made[program, name]
    for path, content in made.files.items():
        (backend / path).parent.mkdir(parents=True, exist_ok=True)
        (backend / path).write_bytes(content)
    written = file.read_text().splitlines() if file.exists() else []
    kept = [line for line in written if not line.startswith(SALT)]
    file.write_text("\n".join([made.salt, *kept, ""]))


def _initialise(cli: Path, project: Path, environment: Mapping[str, str], name: str) -> None:
    done = subprocess.run(
        [cli, "stack", "init", name],
        cwd=project,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
