"""Is this a web address or a host's name? Masked only where a profile asks for it: most are not personal."""

import re
from collections.abc import Iterable
from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser, Span

#: Endings that hosts have and neither files nor attributes in code (`os.py`, `rpc.sh`, `order.id`, `Node.js`).
_ENDINGS: Final = (
    "com|org|net|edu|gov|mil|int|info|biz|io|ai|app|dev|eu|us|uk|de|fr|es|it|nl|be|ch|at|se|no|fi|dk|pl|cz|pt|ie|ee|"
    "gr|ru|"
    "ua|tr|jp|cn|kr|br|mx|ar|ca|au|nz|za|hu|ro|sk|tv|xyz|online|site|tech|cloud|shop|store|blog|club|example|test"
)
_WORD: Final = re.compile(r"[A-Z][a-z]+\.[A-Za-z]{2}")
_CLOSING: Final = ".,;:!?'\")]}>*"


def _whole(text: str, start: int, end: int) -> Iterable[Span]:
    # What closes the sentence is not the address's, nor is a bracket that was opened before it.
    unopened = text.count(")", start, end) - text.count("(", start, end)
    while end > start and text[end - 1] in _CLOSING:
        if text[end - 1] == ")":
            if unopened <= 0:
                break
            unopened -= 1
        end -= 1
    return ((start, end),)


def _host(text: str, start: int, end: int) -> Iterable[Span]:
    # Two sentences without a space between them look like one: "done.It".
    beside = text[max(0, start - 1) : start] in ("@", ".", "/", "-", "_") or text[end : end + 1] in ("(", "@", "_", "[")
    joined = _WORD.fullmatch(text, start, end)
    return () if beside or joined else _whole(text, start, end)


RULES: Final = (
    Recogniser(
        "URL",
        "scheme",
        "a scheme of the web",
        r"(?i)\b(?:https?|ftps?|sftp|wss?)://[^\s\"'<>]{3,}",
        _whole,
        gate=r"://",
    ),
    Recogniser(
        "URL",
        "www",
        "begins with www.",
        r"(?i)\bwww\.[^\s\"'<>]{3,}",
        _whole,
        gate=r"(?i)\bwww\.",
    ),
    Recogniser(
        "URL",
        "host",
        "ends like a host's name",
        rf"\b[A-Za-z0-9](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?(?:\.[A-Za-z0-9-]{{1,63}})"
        rf"{{0,3}}\.(?:{_ENDINGS})\b(?::\d{{2,5}}\b)?(?:/[^\s\"'<>]*)?",
        _host,
        gate=rf"\.(?:{_ENDINGS})\b",
    ),
)
