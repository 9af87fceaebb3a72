"""The errors that stop the reading of an estate."""

from __future__ import annotations

from wording import FlowLogsError


class EstateError(FlowLogsError):
    """The estate cannot be read whole."""


class UnansweredError(EstateError):
    """Azure refused a question, or did not answer it; nothing is known of what it holds."""
