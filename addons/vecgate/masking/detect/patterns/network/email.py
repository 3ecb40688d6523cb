"""Is this an e-mail address? Also in the spelt-out forms people use to hide one from robots."""

import re
from collections.abc import Iterable
from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser, Span, before, words

_ENDINGS: Final = (
    "com|org|net|edu|gov|mil|int|info|biz|io|ai|co|me|dev|app|eu|us|uk|de|fr|es|it|nl|be|ch|at|se|no|fi|dk|pl|cz|pt|"
    "ie|ee"
    "|gr|ru|ua|tr|in|jp|cn|kr|br|mx|ar|ca|au|nz|za|hu|ro|sk|sg|hk|il|id|ph|vn|tv|xyz|online|site|tech|cloud|shop|store"
    "|test|example|local"
)
_LOCAL: Final = r"[\w!#$&'*+/=?^`{|}~-][\w.!#$&'*+/=?^`{|}~-]{0,63}"
_HOST: Final = r"[\w-]{1,63}(?:\.[\w-]{1,63})+"
_AT: Final = r"(?:[ ]?[\[({<*][ ]?(?:at|@|a|arroba)[ ]?[\])}>*][ ]?|[ ]+(?:at|arroba)[ ]+|[_-]at[_-])"
_DOT: Final = (
    r"(?:[ ]?[\[({<*][ ]?(?:dot|\.|punto|punkt|point)[ ]?[\])}>*][ ]?|[ ]+(?:dot|punto|punkt)[ ]+|[_-]dot[_-]|\.)"
)
_JOINED: Final = re.compile(rf"(?i:\.(?:{_ENDINGS}))(\.[A-Z][a-z]+)$")
#: For denser screens: logo@2x.png.
_PICTURE: Final = re.compile(r"(?i)[1-4](?:\.5)?x\.(?:png|jpe?g|gif|webp|svg|avif)")
_PARTING: Final = "`*=|/{}?&!#$~^"


def _address(text: str, start: int, end: int) -> Iterable[Span]:
    # Marks that part cells, parameters and code are not its own, though RFC 5322 would let them be.
    local = text[start:end].partition("@")[0]
    start += max(map(local.rfind, _PARTING)) + 1
    while text[start : start + 1] == "'":
        start += 1
    if joined := _JOINED.search(text[start:end]):
        end -= len(joined[1])  # the next sentence begins without a space
    last = text[start:end].rpartition(".")[2]
    version = not any(c.isalpha() for c in last)  # react@18.2.0
    picture = _PICTURE.fullmatch(text[start:end].rpartition("@")[2])
    repository = text[start:end].startswith("git@") and text[end : end + 1] == ":"
    return () if version or picture or repository or text[start : start + 1] == "@" else ((start, end),)


_ENDING: Final = re.compile(rf"(?i)\.(?:{_ENDINGS})$")
_BRACKETED: Final = re.compile(r"(?i)[\[({<*][ ]?(?:at|@|a|arroba)[ ]?[\])}>*]")
_DOTTED: Final = re.compile(r"(?i)[ _-](?:dot|punto|punkt)[ _-]|[\[({<*][ ]?(?:dot|\.|punto|punkt|point)[ ]?[\])}>*]")
_FREE: Final = re.compile(
    r"(?i)[ ](?:g(?:oogle)?mail|outlook|hotmail|yahoo|icloud|proton(?:mail)?|aol|gmx|web|mail|live|msn)\.[a-z.]+$"
)
_CALLED: Final = re.compile(r"(?i)e-?mail|mail me|write to|correo|courriel")


_NO_MAILBOX: Final = words("""
your the my our their his her a an at via on in to of for with from this any that and or by is are was as
""")


def _spaced(text: str, start: int, end: int) -> Iterable[Span]:
    # "your @mailbox.example": the word before the @ is none of an address.
    local = text[start:end].partition("@")[0].strip().lower()
    return ((start, end),) if " " in text[start:end] and local not in _NO_MAILBOX else ()


def _abroad(text: str, start: int, end: int) -> Iterable[Span]:
    return ((start, end),) if "\x1f" in text[start:end] else ()


def _spelt(text: str, start: int, end: int) -> Iterable[Span]:
    # "Look at example.com" is none: an "at" alone needs a "dot", a mail host, or somebody who says it is one.
    found = text[start:end]
    hidden = _DOTTED.search(found) or _BRACKETED.search(found)
    if found.lower().endswith("dot") or (not hidden and not _ENDING.search(found)):
        return ()
    if not hidden and ("@" in found or not (_FREE.search(found) or _CALLED.search(before(text, start, 24)))):
        return ()
    return ((start, end),)


RULES: Final = (
    Recogniser(
        "EMAIL",
        "plain",
        "RFC 5322",
        rf"{_LOCAL}@{_HOST}",
        _address,
        gate=r"\w@\w|[!#$&\'*+/=?^`{|}~-]@\w",
    ),
    # RFC 6531: letters of scripts without case, which are folded to one mark
    Recogniser(
        "EMAIL",
        "abroad",
        "an @ between words of scripts that ASCII does not know (RFC 6531)",
        r"[\w.+\x1f-]{1,40}@[\w\x1f-]{1,63}(?:\.[\w\x1f-]{1,63}){1,4}",
        _abroad,
        gate=r"@\x1f|\x1f@",
    ),
    # RFC 5321, 4.1.2 and 4.1.3: a quoted local part, a host that is an address.
    Recogniser(
        "EMAIL",
        "quoted",
        "a quoted local part (RFC 5321)",
        rf'"[^"\n]{{1,64}}"@{_HOST}',
        gate=r'"@',
    ),
    Recogniser(
        "EMAIL",
        "literal",
        "a host that is an address (RFC 5321)",
        rf"{_LOCAL}@\[[0-9A-Fa-f:.IPv]{{3,45}}\]",
        gate=r"@\[",
    ),
    Recogniser(
        "EMAIL",
        "spaced",
        "spaces about its @ and its dots, and an ending of hosts",
        rf"(?i)[\w.+-]{{1,64}}[ ]{{0,2}}@[ ]{{0,2}}[\w-]{{1,63}}(?:[ ]{{0,2}}\.[ ]{{0,2}}[\w-]{{1,63}}){{0,2}}[ "
        rf"]{{0,2}}\.[ ]{{0,2}}(?:{_ENDINGS})\b",
        _spaced,
        gate=r"[ ]@|@[ ]|@[\w.-]+[ ]",
    ),
    Recogniser(
        "EMAIL",
        "spelt",
        "its @ and its dots spelt out, and an ending of hosts",
        rf"(?i)\b[a-z0-9][\w+-]{{0,40}}(?:{_DOT}[\w+-]{{1,40}}){{0,3}}(?:{_AT}|[ ]?@[ ]?)[a-z0-9][\w-]{{0,40}}?"
        rf"(?:{_DOT}[a-z0-9-]{{2,20}}){{0,2}}{_DOT}[a-z]{{2,18}}\b",
        _spelt,
        gate=r"(?i)[^a-z](?:at|arroba)[^a-z]|[\[({<*][ ]?[a@][ ]?[\])}>*]|@[\w .-]*[\[({<*]|"
        r"@.{1,40}(?:dot|punkt|punto)",
    ),
)
