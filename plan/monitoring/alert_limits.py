"""What Azure allows of a log search alert, checked before Azure does.

Sources: terraform-provider-azurerm, validators of azurerm_monitor_scheduled_query_rules_alert_v2;
Microsoft Learn, "Create or edit a log search alert rule" and "Azure Monitor service limits".
"""

from __future__ import annotations

from collections.abc import Iterator

DAY = 24 * 60
FREQUENCIES = (1, 5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, DAY)  # minutes
WINDOWS = (*FREQUENCIES, 2 * DAY)
LOOKBACKS = (*WINDOWS, 20)
RESOLVING = 300  # alerts that one evaluation of a rule may raise that resolves them


def iso(minutes: int) -> str:
    """Minutes as Azure writes them: ``PT10M``, ``PT2H``, ``P1D``."""
    if minutes % DAY == 0:
        return f"P{minutes // DAY}D"
    return f"PT{minutes // 60}H" if minutes % 60 == 0 else f"PT{minutes}M"


def window_for(minutes: int) -> int:
    """The smallest window that Azure allows and that holds this many minutes."""
    return min(window for window in WINDOWS if window >= minutes)


def broken(frequency: int, window: int, lookback: int | None = None) -> Iterator[str]:
    """The rules that times (minutes) of an alert with one evaluation period break, a line each."""
    if frequency not in FREQUENCIES:
        yield f"an alert cannot be evaluated every {iso(frequency)}"
    if window not in WINDOWS:
        yield f"an alert cannot have a window of {iso(window)}"
    if frequency > window:
        yield f"a window of {iso(window)} is shorter than the frequency {iso(frequency)}"
    if frequency == 1 and window > 360:
        yield "an alert evaluated every minute has a window of six hours at most"
    if lookback is not None and lookback not in LOOKBACKS:
        yield f"an alert's query cannot look back {iso(lookback)}"
    if (lookback or window) > 2 * DAY:
        yield "an alert's query looks back two days at most"
