"""What in this text would be a mark, but for how it is written? `<person>`, `< PERSON >`, `[PERSON]`, dots for stars.

Clients, editors and language models respell what they were shown. Told by what is left without case, blanks, forms of
compatibility (Unicode NFKC, UAX 15) and invisible characters. A bare `PERSON` is a word like any other.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from vecgate.domain.profiles import ENTITIES
from vecgate.masking.detect.lookalikes import PUNCTUATION, is_invisible

#: Operators whose marks are told here, but for a fixed text.
TOLD: Final = frozenset({"hash", "partial", "pseudonym", "redact", "replace", "token"})
#: What stars of any number and kind would be.
STARS: Final = "*"
#: Up to the next bracket of any kind, so each character is looked at once.
_BRACKETED: Final = re.compile(r"([<\[{])([^<>\[\]{}]++)[>\]}]")
#: Each begins with what is quick to look for.
_RUNS: Final = (
    re.compile(r"\*(?:\\?[ \t.:/-]?\\?\*){2,}+"),
    re.compile(r"[xX](?:[.:/-]?[xX]){2,}+"),
    re.compile(r"#(?<!##)#{3,}+(?!\s)"),
)
_PSEUDONYM: Final = re.compile(r"[-_ ][A-Za-z2-7]{20}\b")
_WORD: Final = re.compile("[A-Za-z]+")
#: As long as what stands before a pseudonym can be: three words.
_BEFORE: Final = 16
_DETAIL: Final = re.compile("[:#]")
_SPACING: Final = dict.fromkeys(map(ord, " \t\r\n_-\\*`'\""))
_FIXED: Final = "REDACTED"
_KINDS: Final = {kind.replace("_", "").casefold(): kind for kind in (*ENTITIES, "FIELD", "UNSERVED", "RECORD", _FIXED)}


class _Plain(dict[int, str]):
    """Code point -> what it is taken for; worked out when first met, as `str.translate` asks."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = PUNCTUATION.get(character) or unicodedata.normalize("NFKC", character)
        self[code] = plain = "" if is_invisible(character) else plain
        return plain


_PLAIN: Final = _Plain(
    {
        **dict.fromkeys(map(ord, "‹«〈《⟨⟪❬❮❰≺˂⧼"), "<"),  # noqa: RUF001
        **dict.fromkeys(map(ord, "›»〉》⟩⟫❭❯❱≻˃⧽"), ">"),  # noqa: RUF001
        **dict.fromkeys(map(ord, "【〔⟦「"), "["),  # noqa: RUF001
        **dict.fromkeys(map(ord, "】〕⟧」"), "]"),  # noqa: RUF001
        **dict.fromkeys(map(ord, "•●∙·⋅⁎∗✱✻⚹■█▪"), "*"),  # noqa: RUF001
    }
)


class Alike(NamedTuple):
    """`mark`: what it would be, the same for all of its spellings; `spelt`: how it is written."""

    mark: str
    spelt: str


def plain(text: str) -> str:
    """Without forms of compatibility, invisible characters, and brackets, dashes and stars of other scripts."""
    return text if text.isascii() else text.translate(_PLAIN)


def alike(text: str) -> Iterator[Alike]:
    """What is a mark or could have been one, in a text that is `plain`. Linear in its length."""
    for found in _BRACKETED.finditer(text):
        kind = _kind(found[2])
        if kind is not None and (found[1] == "<" or kind == _FIXED or found[2].isupper()):
            yield Alike(kind, found[0])
    for runs in _RUNS:
        yield from (Alike(STARS, found[0]) for found in runs.finditer(text))
    for found in _PSEUDONYM.finditer(text):
        words = _WORD.findall(text, max(0, found.start() - _BEFORE), found.start())
        kind = next((kind for n in (3, 2, 1) if (kind := _kind("".join(words[-n:]))) is not None), None)
        if kind is not None:
            yield Alike(kind, found[0])


def _kind(inner: str) -> str | None:
    head = _DETAIL.split(inner, maxsplit=1)[0].rstrip("/ ").translate(_SPACING).casefold()
    return _KINDS.get(head) or _KINDS.get(head.rstrip("0123456789"))
