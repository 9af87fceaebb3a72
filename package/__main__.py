"""Serves the component to the engine: ``python package ENGINE``, from any folder."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    """Serves until the engine ends it."""
    # In place of this folder, which Python puts there: the rooms are beside it.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    from package.provider import serve

    serve(sys.argv[1:])


if __name__ == "__main__":
    main()
