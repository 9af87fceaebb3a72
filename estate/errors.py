"""The error that stops the reading of an estate, as one line for the user."""

from __future__ import annotations


class EstateError(Exception):
    """The estate cannot be read whole; the text is the one line that a user sees."""


class UnansweredError(EstateError):
    """Azure refused a question, or did not answer it; nothing is known of what it holds."""
