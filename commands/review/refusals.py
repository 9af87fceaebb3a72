"""Writes that Azure refused, and what another run can do about each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from plan.text import count

Outlook = Literal["passes", "stays", "unclear"]

BARRED = frozenset(
    {
        "AuthorizationFailed",
        "DenyAssignmentAuthorizationFailed",
        "GatewayAuthenticationFailed",
        "LinkedAuthorizationFailed",
        "MissingSubscriptionRegistration",
        "RequestDisallowedByPolicy",
        "ScopeLocked",
        "SubscriptionNotRegistered",
        "TARequestDisallowedByPolicy",
        "TAUserDoesNotHavePermissions",
    }
)
"""Codes for what preflight names: rights, providers, locks, deny assignments, Azure Policy."""

PASSING = frozenset(
    {
        "AnotherOperationInProgress",
        "Conflict",
        "InternalServerError",
        "RetryableError",
        "StorageAccountNotReady",
    }
)
PASSING_STATUSES = (408, 409, 429)  # and all from 500 on

# As the azure-native provider writes it; Details and the like may follow the message.
_TOLD = re.compile(
    r'(?:Status=(?P<status>\d+) )?Code="(?P<code>[^"]+)" Message="(?P<message>.*?)"'
    r"(?:\s+\w+=[\[{\"].*)?\s*$",
    re.DOTALL,
)
# As azcore writes an answer without Azure's JSON: several lines, the body last.
_BARE = re.compile(
    r"RESPONSE (?P<status>\d{3}): (?P<reason>[^\n]*)\n(?:-+\n)?"
    r"ERROR CODE(?:: (?P<code>\S+)| UNAVAILABLE)(?P<body>.*)",
    re.DOTALL,
)
_STATUS = re.compile(r"Status=(?P<status>\d{3})\b")
_RULE = re.compile(r"^-+$", re.MULTILINE)
_COUNTED = re.compile(r"^\d+ errors? occurred:\s*\* ")


@dataclass(frozen=True)
class Refusal:
    """Why a resource was not written; ``outlook`` is for a run that finds all as it is now."""

    text: str
    outlook: Outlook


def refusal(said: str) -> Refusal:
    """A refusal from a provider's words: Azure's code and message where they are in it."""
    told = _TOLD.search(said)
    if told is None:
        return _without_code(said)
    code, status = told["code"], int(told["status"] or 0)
    return Refusal(f"{code}: {' '.join(told['message'].split())}", _outlook(code, status))


def _without_code(said: str) -> Refusal:
    """A refusal in which no error of Azure's is: by its status, as far as it has one."""
    if bare := _BARE.search(said):
        code, body = bare["code"] or "", " ".join(_RULE.sub("", bare["body"]).split())
        text = ": ".join(filter(None, (code or bare["reason"], body)))
        return Refusal(text, _outlook(code, int(bare["status"])))
    plain = _COUNTED.sub("", said).strip()
    status = _STATUS.search(plain)
    return Refusal(plain, _outlook("", int(status["status"])) if status else "unclear")


def _outlook(code: str, status: int) -> Outlook:
    if code in BARRED or status in (401, 403):
        return "stays"
    passes = code in PASSING or status in PASSING_STATUSES or status >= 500
    return "passes" if passes else "unclear"


def ways_out(refusals: Iterable[Refusal], stack: str) -> Iterator[str]:
    """What to do about them, a sentence for each outlook."""
    outlooks = [found.outlook for found in refusals]
    again = f"`scripts/deploy {stack}`"
    sentences: dict[Outlook, str] = {
        "passes": f"left for the next run, {again}",
        "stays": "refused until what is in the way is gone, which "
        f"`python -m commands.preflight --stack {stack}` names; then {again}",
        "unclear": f"refused for the reason shown; fix it, then {again}",
    }
    for outlook, sentence in sentences.items():
        if number := outlooks.count(outlook):
            yield f"- {count(number, 'resource')}: {sentence}."
