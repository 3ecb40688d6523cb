"""How is a mistake said? What was got, what is known, and what was probably meant."""

import difflib
from collections.abc import Iterable


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """` Did you mean 'read'?`, or nothing when no known word is close."""
    spelling = {k.lower(): k for k in known}
    close = difflib.get_close_matches(str(word).lower(), spelling, n=1, cutoff=0.6)
    return f" Did you mean '{spelling[close[0]]}'?" if close else ""


def unknown(what: str, word: object, known: Iterable[str], shown: str = "") -> str:
    """`unknown operation 'raed'. Known: read, write. Did you mean 'read'?`; `shown` shortens a long list."""
    words = tuple(known)
    return f"unknown {what} '{word}'. Known: {shown or ', '.join(words) or 'none'}.{did_you_mean(word, words)}"
