"""What the version before left: the engine's state of a stack, and local Azure as it stood.

`python -m tests.e2e.released`, run in a checkout of the version that was released, renews the two
files; a release does that once (CONTRIBUTING.md).
"""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

from tests.e2e.stage import Stage, stage

FOLDER = Path(__file__).with_name("released_files")
STACK = "dev"
SETTINGS = {
    "location": "westeurope",
    "subscriptions": [f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3)],
    "existingFlowLogs": "adopt",
    "networksWithoutNsg": "cover",
    "alerts": {"emails": ["network@contoso.com"]},
    "ingestionFilter": 'FlowStatus != "D"',
    "tags": {"team": "network"},
}
"""A stack of the sample estate that makes, adopts and imports one of everything."""
RUNS = 3  # until the stack is settled: the workspace names its filter in the second


def azure(folder: Path) -> Path:
    """Local Azure's state file as the version before left it, for a server of this one."""
    file = folder / "azure.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.decompress((FOLDER / "azure.json.gz").read_bytes()))
    return file


def adopt(there: Stage, folder: Path) -> None:
    """Gives a stage the stack of the version before."""
    file = folder / "state.json"
    file.write_bytes(gzip.decompress((FOLDER / "state.json.gz").read_bytes()))
    there.stack(STACK, SETTINGS)
    done = there.engine.run("stack", "import", "--stack", STACK, "--file", str(file))
    assert done.code == 0, done.stderr


def _pack(name: str, document: Any) -> None:
    text = json.dumps(document, separators=(",", ":")).encode()
    (FOLDER / f"{name}.json.gz").write_bytes(gzip.compress(text, mtime=0))


def main() -> None:
    """Deploys the stack, and keeps what it leaves."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with stage(folder) as there:
            there.stack(STACK, SETTINGS)
            for _ in range(RUNS):
                done = there.up(STACK)
                assert done.code == 0, done.stdout
            _pack("state", json.loads(there.engine.run("stack", "export", "-s", STACK).stdout))
        _pack("azure", json.loads((folder / "azure" / "azure.json").read_text("utf-8")))


if __name__ == "__main__":
    main()
