"""Errors of the host, as the user reads them."""

from __future__ import annotations


class HostError(Exception):
    """The message is one line for the user: what is wrong and the way out."""
