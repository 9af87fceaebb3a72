"""Sets the linters up, once, in the cache: actionlint from its Go module, the others from wheels.

<cache>/actionlint-<key>/actionlint    by Go module versions and platform
<cache>/workflows-<key>/bin/           environment with zizmor and check-jsonschema
"""

from __future__ import annotations

from pathlib import Path

from tools.engine import cache, go_toolchain
from tools.setup import environment
from tools.setup.console import progress
from tools.setup.locking import complete, lock
from tools.setup.processes import run

HERE = Path(__file__).resolve().parent
_REQUIREMENTS = HERE / "requirements.txt"
_MODULES = (HERE / "go.mod", HERE / "go.sum")
_PACKAGE = "github.com/rhysd/actionlint/cmd/actionlint"


def actionlint() -> Path:
    """Path of actionlint, built first where it is missing. Raises SetupError."""
    folder = cache.root() / f"actionlint-{cache.key(_MODULES)}"
    with lock(cache.lock_file()):
        if not (folder / "actionlint").exists():
            _build(folder)
    return folder / "actionlint"


def wheels() -> Path:
    """Folder with zizmor and check-jsonschema, installed first where missing. Raises SetupError."""
    folder = cache.root() / f"workflows-{cache.key([_REQUIREMENTS])}"
    with lock(cache.lock_file()):
        if not environment.is_ready(folder, _REQUIREMENTS):
            progress("fetching the linters of the pipelines (seconds, once) ...")
            environment.make(folder, _REQUIREMENTS)
    return folder / "bin"


def _build(folder: Path) -> None:
    go = go_toolchain.find_or_install()
    progress("building actionlint (seconds, once) ...")
    with complete(folder) as made:
        command = [str(go), "-C", str(HERE), "build", "-trimpath", "-o", str(made), _PACKAGE]
        run("building actionlint", command, go_toolchain.ENVIRONMENT)
