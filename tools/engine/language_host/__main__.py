"""Starts the host: `pulumi-language-python ENGINE`, where ENGINE is the engine's gRPC address.

The launcher beside the CLI adds where the executor is and which process started it.
"""

from __future__ import annotations

import os
import signal

from .guard import Guard
from .sdk import import_protocol_alone


def main() -> None:
    """Forks the guard before gRPC is imported and threads exist: cheap and safe."""
    signal.signal(signal.SIGINT, lambda number, frame: os._exit(0))
    guard = Guard()
    import_protocol_alone()
    from .serve import serve

    serve(guard)


if __name__ == "__main__":
    main()
