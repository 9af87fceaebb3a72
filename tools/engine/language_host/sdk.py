"""The engine's protocol out of the SDK's package, without the SDK.

Importing `pulumi.runtime.proto` imports `pulumi` first, which takes longer than all else that the
host does before it serves. The engine starts a host twice in each run.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType


def import_protocol_alone() -> None:
    """Lets `pulumi.runtime.proto` be imported by itself, in a process that needs nothing else."""
    spec = find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        return
    folder = Path(spec.submodule_search_locations[0])
    for name, path in (("pulumi", folder), ("pulumi.runtime", folder / "runtime")):
        package = ModuleType(name)
        package.__path__ = [str(path)]
        sys.modules.setdefault(name, package)
