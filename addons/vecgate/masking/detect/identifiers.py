"""Which stretches of a text are random identifiers? What looks personal inside one is chance.

UUIDs of every version, ULIDs, digests and other hexadecimal, tokens of mixed letters and digits (nanoid, base58),
numbers of 17 and 18 digits (snowflakes). What covers a whole token stands where its form is proved by a check or a
word.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from vecgate.domain.finding import Finding
from vecgate.masking.detect.known import is_name
from vecgate.masking.detect.written.files import IN_A_FILE

#: Not what a chance hit is: keys and what a word or a check proves of the whole token.
_PROVED: Final = frozenset({"SECRET", "CRYPTO", "EMAIL", "URL"})
_WHOLE: Final = frozenset({"IBAN", "ID", "MAC", "IP", "HANDLE", "CREDIT_CARD", "PHONE", "SSN"})
_BY_A_WORD: Final = ("named", "paper", "health", "membership", "account", "thing", "plate", "last four")
_TOKEN: Final = re.compile(
    r"(?<![\w@.+-])[A-Za-z0-9][A-Za-z0-9_-]{6,63}(?![\w@-])|(?<![\w@])[-_][A-Za-z0-9_-]{19,22}(?![\w@-])"
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
#: Keys of licences, hexadecimal of few digits, what base64 makes of octets: chance, where only a guess says more.
_GROUPS: Final = re.compile(r"(?=.*\d)[A-Z0-9]{4,6}(?:-[A-Z0-9]{4,6}){2,}|[A-Z]{4}(?:-[A-Z]{4}){3,}")
_FEW_HEX: Final = re.compile(r"[0-9a-f]{7,}(?:-[0-9a-f]{4,})*|(?=.*\d)[0-9A-F]{7,}")
_BASE64: Final = re.compile(r"(?<![\w+/=-])[A-Za-z0-9_-]*(?:[+/][A-Za-z0-9_-]*)*={0,2}(?![\w+/=])")
_BASE64_ONLY: Final = re.compile(r"[+/=]")
_BLANK: Final = re.compile(r"\s")
_SHORTEST_BASE64: Final = 20
_SHORTEST_NOISE: Final = 7
_DENSE: Final = 0.35
#: Letters in a row that nobody speaks: four consonants beside a digit, seven without.
_CONSONANTS: Final = re.compile(r"[bcdfghjklmnpqrstvwxz]+", re.IGNORECASE)
_UNSPOKEN: Final = 7
_UNSPOKEN_BESIDE_DIGITS: Final = 4
#: Pairs of letters that no language has in a word.
_UNHEARD_OF: Final = re.compile(
    r"q[bcdfgjklmnpqrtwxz]|[fgjkqsvwz]x[bcdfgjkqvxz]|[bfgjpvwxz]q|vj|jv|[jqvz]x|x[jkq]", re.IGNORECASE
)
_KINDS: Final = re.compile(r"[a-z]+|[A-Z]+|[0-9]+")
_LETTERS: Final = re.compile(r"[A-Za-z]{5,}")
#: Most are words, as anybody can say them.
_PLAIN_WORD: Final = re.compile(r"[A-Z]?(?=[a-z]*[g-z])(?:[b-df-hj-np-tv-xz]{0,4}[aeiouy])+[b-df-hj-np-tv-xz]{0,4}")
_LETTERS_ONLY: Final = re.compile(r"[^A-Za-z]+")
_SHORTEST: Final = 10
_LONGEST: Final = 160
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


def is_noise(token: str) -> bool:
    """Whether it can hardly be words: not for what a pattern proves, but enough against what a model guesses."""
    if _GROUPS.fullmatch(token) or (len(token) >= _SHORTEST_BASE64 and _dense(token)):
        return True
    parts = [part for part in _LETTERS_ONLY.split(token) if part]
    if len(token) < _SHORTEST_NOISE or any(map(is_name, parts)):
        return False
    unspoken = max(map(len, _CONSONANTS.findall(token)), default=0)
    digits = any(map(str.isdigit, token.rstrip("0123456789")))  # a year may stand behind a name
    least = _UNSPOKEN_BESIDE_DIGITS if digits else _UNSPOKEN
    if len(token) >= _SHORTEST and "-" not in token and ((digits and token.islower()) or _UNHEARD_OF.search(token)):
        return True
    return unspoken >= least or _FEW_HEX.fullmatch(token) is not None or _cases(token) >= _LEAST_SWITCHES


def _dense(token: str) -> bool:
    runs = _KINDS.findall(token)
    return len({run[0].isdigit() + 2 * run[0].isupper() for run in runs}) == 3 and len(runs) > _DENSE * len(token)


def _cases(token: str) -> int:
    """How often capitals and small letters change places without making words."""
    runs = re.findall(r"[A-Z]+|[a-z]+", token)
    return len(runs) - 1 if sum(map(len, runs)) < 2.3 * len(runs) else 0


def _tokens(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The tokens that touch a stretch. They hold no blanks, so that little is looked at."""
    since = max(text.rfind(" ", 0, start), text.rfind("\n", 0, start), start - _LONGEST, -1) + 1
    until = _BLANK.search(text, end, end + _LONGEST)
    stretch = (since, until.start() if until else end + _LONGEST)
    if stretch[1] - since < _SHORTEST_NOISE:
        return  # too short to be drawn
    for pattern in (_TOKEN, _BASE64) if _BASE64_ONLY.search(text, *stretch) else (_TOKEN,):
        for match in pattern.finditer(text, *stretch):
            if match.start() >= end:
                break
            if match.end() > start and match.end() > match.start():
                yield match.span()


def without_chance(text: str, found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings without those that an identifier holds by chance. `text`: in ASCII, of the same length."""
    for finding in found:
        if finding.entity in _PROVED or finding.source == IN_A_FILE:
            yield finding
            continue
        guessed = not finding.source.startswith("pattern:") or finding.entity == "HANDLE"
        tokens = _tokens(text, finding.start, finding.end)
        if not any(_by_chance(text, finding, a, b) for a, b in tokens if _is_drawn(text[a:b], guessed)):
            yield finding


def unpacked_by_chance(text: str, found: Iterable[Finding]) -> Iterator[Finding]:
    """What was found in something packed, without what a UUID's own characters unpack to."""
    for finding in found:
        near = _UUID.finditer(text, max(0, finding.start - _LONGEST), finding.end + _LONGEST)
        if not any(match.start() <= finding.start and finding.end <= match.end() for match in near):
            yield finding


def _is_drawn(token: str, guessed: bool) -> bool:
    if _PLAIN_WORD.fullmatch(token):
        return False
    return (len(token) >= _SHORTEST and is_random(token)) or (guessed and is_noise(token))


def _by_chance(text: str, finding: Finding, start: int, end: int) -> bool:
    """Whether a finding touches the identifier without more reason than the identifier's own characters."""
    # A word that is itself inside the identifier ("aba" of 5aba1234) calls nothing by its name.
    called = finding.source.endswith(_BY_A_WORD) and finding.start <= start
    if finding.end <= start or called:
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
