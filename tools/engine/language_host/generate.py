"""Makes the Python SDK of a package, and lists it in a project's requirements."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from pulumi.runtime.proto.language_pb2 import GeneratePackageRequest, LinkRequest

from .errors import HostError

CODEGEN = "pulumi-language-python-codegen"  # beside the CLI; made from tools/engine/codegen
_TIMEOUT = 300  # seconds; a package as large as azure-native takes most of a minute


def generate(request: GeneratePackageRequest, codegen: Path) -> None:
    """Writes the SDK into the directory of the request. Raises HostError if that cannot be done."""
    if request.extra_files or request.local_dependencies:
        raise HostError("extra files in a generated SDK need Pulumi's own language host")
    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder) / "schema.json"
        schema.write_text(request.schema, encoding="utf-8")
        command = [str(codegen), "python", str(schema), request.directory, request.loader_target]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise HostError(f"cannot run {codegen.name}: {error}") from error
    if done.returncode != 0:
        raise HostError(done.stderr.decode(errors="replace").strip())


def link(request: LinkRequest) -> str:
    """Adds the SDKs to requirements.txt, once; returns how to import them."""
    root = Path(request.info.root_directory)
    file = root / "requirements.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    paths = [package.path for package in request.packages]
    lines += [path for path in paths if path not in lines]
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    imports = [f"  import {module}" for path in paths for module in _modules(root / path)]
    return "\n".join(["You can import it in your program:", "", *imports, ""])


def _modules(sdk: Path) -> list[str]:
    return sorted(file.parent.name for file in sdk.glob("*/pulumi-plugin.json"))
