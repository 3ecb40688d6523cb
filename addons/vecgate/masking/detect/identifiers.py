"""Which stretches of a text are random identifiers? What looks personal inside one is chance.

UUIDs of every version, ULIDs, digests and other hexadecimal, tokens of mixed letters and digits (nanoid, base58),
numbers of 17 and 18 digits (snowflakes). What covers a whole token stands where its form is proved by a check or a
word.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from vecgate.domain.finding import Finding

#: Not what a chance hit is: keys and what a word or a check proves of the whole token.
_PROVED: Final = frozenset({"SECRET", "CRYPTO", "EMAIL", "URL"})
_WHOLE: Final = frozenset({"IBAN", "ID", "MAC", "IP", "HANDLE", "CREDIT_CARD", "PHONE", "SSN"})
_BY_A_WORD: Final = ("named", "paper", "health", "membership", "account", "thing", "plate", "last four")
_TOKEN: Final = re.compile(
    r"(?<![\w@.+-])[A-Za-z0-9][A-Za-z0-9_-]{9,63}(?![\w@-])|(?<![\w@])[-_][A-Za-z0-9_-]{19,22}(?![\w@-])"
)
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_PREFIXED: Final = re.compile(r"(?:[A-Za-z]{1,12}[_-])?([A-Za-z0-9_-]+)")
_HEX: Final = re.compile(r"(?=[0-9]*[A-Fa-f])(?=[A-Fa-f]*[0-9])(?:[0-9a-f]{12,}|[0-9A-F]{12,})")
_ULID: Final = re.compile(r"(?=.*[A-Za-z])(?:[0-7][0-9A-HJKMNP-TV-Z]{25}|[0-7][0-9a-hjkmnp-tv-z]{25})")
_SNOWFLAKE: Final = re.compile(r"\d{17,18}")
#: Dates and counters in a number of a thing: INV-20240517-0001, 2024-05-17-000123.
_DATED: Final = re.compile(
    r"(?:[A-Za-z]{1,8}[-_])?(?:19|20)\d{2}[-_]?[01]\d[-_]?[0-3]\d(?:[-_T]?[A-Za-z0-9]{2,12}){1,4}"
)
_KINDS: Final = re.compile(r"[a-z]+|[A-Z]+|[0-9]+")
_LETTERS: Final = re.compile(r"[A-Za-z]{5,}")
_LEAST_SWITCHES: Final = 4
_SWITCHES: Final = 0.26


def _mixed(token: str) -> bool:
    """Letters of both cases and digits change too often for words."""
    runs = _KINDS.findall(token)
    letters = "".join(run for run in runs if not run[0].isdigit())
    cased = letters[:1] + letters[1:].lower() != letters and not letters.islower() and not letters.isupper()
    digits = any(run[0].isdigit() for run in runs[:-1])
    return len(runs) - 1 >= max(_LEAST_SWITCHES, _SWITCHES * len(token)) and (digits or (cased and len(token) >= 16))


def is_random(token: str) -> bool:
    """Whether it is an identifier that a machine drew."""
    if _UUID.fullmatch(token) or _SNOWFLAKE.fullmatch(token) or _DATED.fullmatch(token):
        return True
    bare = _PREFIXED.fullmatch(token)
    core = bare[1] if bare else token
    return bool(_HEX.fullmatch(core) or _HEX.fullmatch(token) or _ULID.fullmatch(core)) or _mixed(token)


def identifiers(text: str) -> Iterator[tuple[int, int]]:
    """The random identifiers of a text of ASCII, in order."""
    for match in _TOKEN.finditer(text):
        if is_random(match[0]):
            yield match.span()


def without_chance(text: str, found: Sequence[Finding]) -> Iterable[Finding]:
    """The findings without those that an identifier holds by chance. `text`: in ASCII, of the same length."""
    if not found:
        return found
    spans = [*identifiers(text)]
    if not spans:
        return found
    return _kept(text, found, spans)


def _kept(text: str, found: Sequence[Finding], spans: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    at = 0
    for finding in sorted(found, key=lambda f: f.start):
        while at < len(spans) and spans[at][1] <= finding.start:
            at += 1
        if at == len(spans) or not _by_chance(text, finding, *spans[at]):
            yield finding


def _by_chance(text: str, finding: Finding, start: int, end: int) -> bool:
    """Whether a finding touches the identifier without more reason than the identifier's own characters."""
    # A word that is itself inside the identifier ("aba" of 5aba1234) calls nothing by its name.
    called = finding.source.endswith(_BY_A_WORD) and finding.start <= start
    if finding.end <= start or finding.entity in _PROVED or called:
        return False
    whole = finding.start <= start and end <= finding.end
    if whole and (finding.start, finding.end) != (start, end):
        rest = text[finding.start : start] + text[end : finding.end]
        return finding.entity == "ADDRESS" and not any(map(str.isalpha, rest))  # an address may hold a code
    if whole:
        return (
            finding.entity not in _WHOLE or _UUID.fullmatch(text, start, end) is not None or text[start:end].isdigit()
        )
    return finding.start >= start  # inside, or beginning there
