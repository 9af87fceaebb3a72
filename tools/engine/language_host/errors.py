"""What the host tells the user when it cannot do what it is asked."""

from __future__ import annotations


class HostError(Exception):
    """The message is one line for the user: what is wrong and the way out."""
