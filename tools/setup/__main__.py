"""The set-up that the scripts share: on a bare Python 3.11+.

    python -m tools.setup [--engine] [--browser] [--yaml]

Makes `.venv` from requirements-dev.txt and the link `policies/.venv` to it; with `--engine` also
sees to a usable Pulumi CLI and prints its path on stdout; with `--browser` also to a browser for
the tests of the report, and with `--yaml` to a language host for those of programs in YAML, where
it can. All else goes to stderr. A second run finds everything in
place.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path

from tools import yaml_host
from tools.engine import build, locate
from tools.setup import browser, environment
from tools.setup.console import SetupError, progress
from tools.setup.locking import lock

REPOSITORY = Path(__file__).resolve().parents[2]
_REQUIREMENTS = REPOSITORY / "requirements-dev.txt"
_ENVIRONMENT = REPOSITORY / ".venv"


def prepare_environment() -> None:
    """Makes `.venv` unless it is there and right, and lets the policy pack use it."""
    if not environment.is_ready(_ENVIRONMENT, _REQUIREMENTS):
        with lock(REPOSITORY / ".local" / "set-up.lock"):
            if not environment.is_ready(_ENVIRONMENT, _REQUIREMENTS):
                packages = f"{_ENVIRONMENT.name} with the packages of {_REQUIREMENTS.name}"
                progress(f"making {packages} (a minute or two, once) ...")
                environment.make(_ENVIRONMENT, _REQUIREMENTS)
    _link_pack_environment()


def _link_pack_environment() -> None:
    """PulumiPolicy.yaml names its own `.venv`, relative to the pack."""
    link = REPOSITORY / "policies" / ".venv"
    if link.parent.is_dir() and not link.exists():
        link.unlink(missing_ok=True)
        with contextlib.suppress(FileExistsError):
            link.symlink_to(Path("..") / _ENVIRONMENT.name)


def prepare_engine() -> Path:
    """Path of a usable Pulumi CLI, built first if there is none."""
    try:
        return locate.cli()
    except locate.NoEngineError:
        return build.build()


def main(arguments: list[str]) -> int:
    """Exit code: 0 done, 1 impossible (one line on stderr says why), 130 interrupted."""
    started = time.monotonic()
    try:
        prepare_environment()
        if "--engine" in arguments:
            print(prepare_engine(), flush=True)
        if "--browser" in arguments:
            browser.prepare()
        if "--yaml" in arguments:
            yaml_host.prepare()
    except SetupError as error:
        progress(str(error))
        return 1
    except OSError as error:
        progress(f"{error.filename}: {error.strerror}")
        return 1
    except KeyboardInterrupt:
        progress("interrupted; the next run finishes it")
        return 130
    seconds = time.monotonic() - started
    if seconds > 2:
        progress(f"ready after {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    os.chdir(REPOSITORY)
    sys.exit(main(sys.argv[1:]))
