"""What do the patterns find in a text? As pairs a table test can hold."""

from functools import cache

from vecgate.masking.detect.normalise import normalise
from vecgate.masking.detect.patterns import Patterns


@cache
def _patterns() -> Patterns:
    return Patterns()


def found(entity: str, text: str) -> list[str]:
    """The stretches of the text found as that entity, in order, without those inside others."""
    normal = normalise(text)
    spans = {normal.original(f.start, f.end) for f in _patterns().find(normal) if f.entity == entity}
    whole = [s for s in spans if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in spans)]
    return [text[a:b] for a, b in sorted(whole)]
