"""Which characters pretend to be others, and which are not seen at all? Tables for `normalise`.

Look-alikes: the letters of Unicode's confusables.txt (UTS 39) that look the same in common fonts, and
typographic forms of ASCII punctuation. Invisible: default-ignorable and format characters (UAX 44).
"""

import unicodedata
from typing import Final

# One line each: Cyrillic, Greek, Armenian, Cherokee, Latin letters of phonetic alphabets and small capitals.
_PAIRS: Final = (
    ("АВЕЅІЈКМНОРСТХУԌҮԜѴӀаеоресухіјѕһԁԛԝѵӏк", "ABESIJKMHOPCTXYGYWVIaeopecyxijshdqwvlk"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανρικυγϲϳ", "ABEZHIKMNOPTYXoavpikuycj"),
    ("օոսհցՕՍԼ", "onuhgOUL"),
    ("ᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ", "ABCDEGHJKLMPRSTVWZ"),  # noqa: RUF001
    ("ɑɡɩıᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "agiiabcdefghijklmnoprstuvwyz"),
)

#: Typographic form -> the ASCII character it stands for.
PUNCTUATION: Final[dict[str, str]] = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\uff0d", "-"),
    **dict.fromkeys("\u2018\u2019\u201b\u02bc", "'"),
    **dict.fromkeys("\u201c\u201d\u201e", '"'),
    **dict.fromkeys("\u3002\u2024\u2219\uff61\u2027\u00b7\u066b", "."),
    **dict.fromkeys("\u2215\u2044\u29f8", "/"),
    **dict.fromkeys("\u2028\u2029", "\n"),
}

#: Letter of another script -> the ASCII letter it is taken for.
LOOKALIKES: Final[dict[str, str]] = {a: b for froms, to in _PAIRS for a, b in zip(froms, to, strict=True)}

#: Default_Ignorable_Code_Point (DerivedCoreProperties.txt, Unicode 16), first and last of each stretch.
_IGNORABLE: Final = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
_IGNORED: Final[frozenset[str]] = frozenset(chr(code) for a, b in _IGNORABLE for code in range(a, b + 1))


def is_invisible(character: str) -> bool:
    """Whether it is not seen: ignorable by default, or there to format others (general category Cf)."""
    return character in _IGNORED or unicodedata.category(character) == "Cf"


_SEPARATOR: Final = "\x1f"  # neither a word character nor a space for any pattern
_LETTERS: Final = {
    "ß": "s", "æ": "a", "Æ": "A", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
    "ð": "d", "Ð": "D", "þ": "t", "Þ": "T", "\u0131": "i", "œ": "o", "Œ": "O",
}  # fmt: skip


class _Folded(dict[int, str]):
    """Code point -> one ASCII character; worked out when first met, as `str.translate` asks."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        base = unicodedata.normalize("NFKD", character)[0]
        folded = base if base.isascii() else _LETTERS.get(character, _by_case(character))
        self[code] = folded
        return folded


def _by_case(character: str) -> str:
    if character.isupper():
        return "A"
    if character.islower() or unicodedata.combining(character):
        return "a"
    return _SEPARATOR


FOLDED: Final[dict[int, str]] = _Folded()
