"""Makes a virtual environment from a hashed requirements file, once.

A stamp inside the environment says whether it is finished and from what it was made. An
environment that was left half-made is made again; one that somebody made by hand is completed.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
import tempfile
from pathlib import Path

from tools.setup.console import SetupError
from tools.setup.processes import output, run, succeeds

REPOSITORY = Path(__file__).resolve().parents[2]
_UNFINISHED = "unfinished"


def python_of(environment: Path) -> Path:
    """The interpreter of a virtual environment."""
    return environment / "bin" / "python"


def is_ready(environment: Path, requirements: Path) -> bool:
    """True if the environment works and holds exactly what the requirements file asks for."""
    stamp = _read_stamp(environment)
    return stamp not in ("", _UNFINISHED) and stamp == _stamp(environment, requirements)


def make(environment: Path, requirements: Path) -> None:
    """Makes or completes the environment, with compiled byte code. Raises SetupError."""
    if _read_stamp(environment) == _UNFINISHED or not _version(environment):
        shutil.rmtree(environment, ignore_errors=True)
    fresh = not environment.exists()
    environment.mkdir(parents=True, exist_ok=True)
    _stamp_file(environment).write_text(_UNFINISHED)
    if fresh:
        _create(environment)
    _install(environment, requirements)
    _stamp_file(environment).write_text(_stamp(environment, requirements))


def _stamp_file(environment: Path) -> Path:
    return environment / ".set-up"


def _read_stamp(environment: Path) -> str:
    file = _stamp_file(environment)
    return file.read_text() if file.is_file() else ""


def _stamp(environment: Path, requirements: Path) -> str:
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    return f"{digest} {_version(environment)}"


def _version(environment: Path) -> str:
    """Version of the environment's Python; empty if it does not work or is too old for us."""
    check = (
        "import sys, encodings; assert sys.version_info >= (3, 11); print(sys.version.split()[0])"
    )
    return output([python_of(environment), "-c", check])


def _create(environment: Path) -> None:
    uv = _find_uv(environment)
    if uv:
        # With pip, which `pulumi install` and `pulumi package add` of the official CLI call.
        options = ["--quiet", "--allow-existing", "--seed", "--python", sys.executable]
        run("making a virtual environment", [uv, "venv", *options, environment])
    elif not succeeds([sys.executable, "-m", "venv", environment]):
        raise SetupError(
            f"{sys.executable} cannot make virtual environments. "
            "Install its 'venv' module (Debian, Ubuntu: apt install python3-venv) or uv"
        )


def _install(environment: Path, requirements: Path) -> None:
    """Installs with uv, several times as fast; with pip where uv cannot reach the index."""
    python = python_of(environment)
    packages = ["--require-hashes", "-r", str(requirements)]
    uv = _find_uv(environment) or _bootstrap_uv(environment, requirements)
    if uv:
        options = ["--quiet", "--compile-bytecode", "--python", str(python)]
        try:
            run("installing the packages", [uv, "pip", "install", *options, *packages])
            return
        except SetupError:
            if not succeeds([python, "-m", "pip", "--version"]):
                raise
    run("installing the packages", [*_pip_install(python), *packages])


def _pip_install(python: Path) -> list[str]:
    options = ["--quiet", "--disable-pip-version-check", "--retries", "2"]
    return [str(python), "-m", "pip", "install", *options]


def _find_uv(environment: Path) -> str | None:
    """uv from PATH, from this environment or from that of the checkout."""
    own = (folder / "bin" / "uv" for folder in (environment, REPOSITORY / ".venv"))
    return shutil.which("uv") or next((str(uv) for uv in own if uv.exists()), None)


def _bootstrap_uv(environment: Path, requirements: Path) -> str | None:
    """Installs uv from its hashed pin, if the requirements hold one."""
    pin = re.search(r"^uv==(?:.*\\\n)*.*\n", requirements.read_text(), re.MULTILINE)
    if not pin:
        return None
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(pin.group())
        file.flush()
        python = python_of(environment)
        run("installing uv", [*_pip_install(python), "--require-hashes", "-r", file.name])
    return str(environment / "bin" / "uv")
