"""What is read out of a provider's words on a write that did not come through."""

from __future__ import annotations

import pytest

from commands.review.refusals import Refusal, refusal

RULE = "-" * 80
# The shape of azcore's ResponseError (azure-sdk-for-go, exported/response_error.go).
BARE = f"PUT https://management.azure.com/x\n{RULE}\nRESPONSE %s\n%s\n{RULE}\n%s\n{RULE}\n"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            BARE % ("403: 403 Forbidden", "ERROR CODE UNAVAILABLE", "<html>no way\nout</html>"),
            Refusal("403 Forbidden: <html>no way out</html>", "stays"),
        ),
        (
            BARE % ("502: 502 Bad Gateway", "ERROR CODE UNAVAILABLE", "Response contained no body"),
            Refusal("502 Bad Gateway: Response contained no body", "passes"),
        ),
        (
            BARE % ("409: 409 Conflict", "ERROR CODE: ScopeLocked", "locked"),
            Refusal("ScopeLocked: locked", "stays"),
        ),
        ("Status=403 nothing said", Refusal("Status=403 nothing said", "stays")),
        ("Status=500 nothing said", Refusal("Status=500 nothing said", "passes")),
        ("something else", Refusal("something else", "unclear")),
    ],
)
def test_words_without_azures_error_are_judged_by_their_status(
    said: str, expected: Refusal
) -> None:
    assert refusal(said) == expected
