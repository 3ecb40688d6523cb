"""Do two clocks agree? A server tells its time in every answer, to the second (RFC 9110 section 6.6.1)."""

from email.utils import parsedate_to_datetime
from typing import Final

from vecgate.doctor.finding import Finding, ok, problem, warning

ABOUT: Final = "clock"
#: A Date is cut to whole seconds, so a difference of up to one second means nothing.
_RESOLUTION: Final = 1.0


def ahead(date: str, now: float) -> float | None:
    """By how many seconds this host's clock is ahead of the server's; None for a Date that is none."""
    try:
        return now - (parsedate_to_datetime(date).timestamp() + _RESOLUTION / 2)
    except ValueError:
        return None


def check(who: str, date: str, now: float, leeway: float) -> Finding:
    """`date` is the Date header an answer of `who` had, `now` this host's time then, `leeway` what tokens tolerate."""
    found = ahead(date, now)
    if found is None:
        return warning(ABOUT, f"{who} does not tell its time.", "Check by hand that its clock and this one agree.")
    off = max(0.0, abs(found) - _RESOLUTION / 2)
    said = f"This host's clock is {off:.0f} s {'ahead of' if found > 0 else 'behind'} that of {who}"
    fix = "Synchronise both clocks (chrony, systemd-timesyncd)."
    if off > max(leeway, _RESOLUTION):
        return problem(ABOUT, f"{said}; tokens tolerate {leeway:g} s, so they will be refused.", fix)
    if off > max(leeway / 2, _RESOLUTION):
        return warning(ABOUT, f"{said}; tokens tolerate {leeway:g} s.", fix)
    return ok(ABOUT, f"This host's clock and that of {who} agree.")
