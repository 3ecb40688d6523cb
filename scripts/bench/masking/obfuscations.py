"""How do people hide a value from a masker, on purpose or by accident? One function for each way."""

import base64
import random
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

_TWINS: Final = str.maketrans("aceiopxyABCEHIKMOPTX", "асеіорхуАВСЕНІКМОРТХ")  # noqa: RUF001 - that is what they are
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


def _some(text: str, change: Callable[[str], str], able: Callable[[str], bool], rng: random.Random) -> str:
    """Half of the characters changed that can be, and at least one of them; nothing if none can."""
    places = [i for i, c in enumerate(text) if able(c)]
    chosen = {i for i in places if rng.random() < 0.5} or set(places[:1])
    return "".join(change(c) if i in chosen else c for i, c in enumerate(text))


def zero_width(text: str, rng: random.Random) -> str:
    """Invisible characters between the letters."""
    return _some(text[:-1], lambda c: c + rng.choice(_INVISIBLE), lambda _: True, rng) + text[-1:]


def homoglyph(text: str, rng: random.Random) -> str:
    """Some Latin letters become Cyrillic ones that look the same."""
    return _some(text, lambda c: c.translate(_TWINS), lambda c: c.translate(_TWINS) != c, rng)


def full_width(text: str, _: random.Random) -> str:
    """ASCII becomes its full-width form."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def entities(text: str, rng: random.Random) -> str:
    """Some characters become HTML character references, decimal and hexadecimal."""
    form = rng.choice(["&#{};", "&#x{:x};"])
    return _some(text, lambda c: form.format(ord(c)), lambda _: True, rng)


def percent(text: str, rng: random.Random) -> str:
    """As in an URL; half of the time letters are encoded, too."""
    if rng.random() < 0.5:
        return quote(text, safe="")
    return "".join(f"%{byte:02X}" for byte in text.encode())


def escapes(text: str, rng: random.Random) -> str:
    """Some characters become a JSON string's escapes."""
    return _some(text, lambda c: f"\\u{ord(c):04x}", lambda c: ord(c) < 0x10000, rng)


def base_64(text: str, _: random.Random) -> str:
    """Base64 of the UTF-8 bytes."""
    return base64.b64encode(text.encode()).decode()


def at_dot(text: str, rng: random.Random) -> str:
    """An e-mail address as people write it who do not want it to be found."""
    if "@" not in text:
        return text
    at, dot = rng.choice(
        [(" at ", " dot "), (" [at] ", " [dot] "), ("(at)", "."), (" (at) ", " (dot) "), ("[at]", "[dot]")]
    )
    name, _, domain = text.partition("@")
    return name + at + domain.replace(".", dot)


OBFUSCATIONS: Final[Mapping[str, Callable[[str, random.Random], str]]] = {
    "zero width": zero_width, "homoglyph": homoglyph, "full width": full_width, "entities": entities,
    "percent": percent, "escapes": escapes, "base64": base_64, "at/dot": at_dot,
}  # fmt: skip
