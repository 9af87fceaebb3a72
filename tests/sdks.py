"""Installs a generated SDK into a folder of its own, without a package index."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PATIENCE = 60  # seconds


def install(sdk: Path, folder: Path) -> Path:
    """The folder, fit for PYTHONPATH; setuptools and all that the SDK needs are installed here."""
    uv = Path(sys.executable).with_name("uv")
    options = ["--quiet", "--offline", "--no-deps", "--no-build-isolation"]
    place = ["--python", sys.executable, "--target", str(folder)]
    subprocess.run([uv, "pip", "install", *options, *place, str(sdk)], check=True, timeout=PATIENCE)
    return folder
