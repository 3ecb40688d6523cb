"""What are a text's tokens? Words, numbers, addresses of the net, single marks; fit for JSON and tables."""

import re
import unicodedata
from typing import Final, NamedTuple

# No alternative can run over the same characters more than once: time stays linear in the text's length.
_TOKENS: Final = (
    r"https?://[^\s\"'<>{}|\\]+"
    r"|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+"
    r"|@\w+"
    r"|\d+(?:[.,:/-]\d+)*(?![^\W\d_])"
    r"|[^\W_]+(?:['’](?![sS]\b)[^\W_]+)*"  # noqa: RUF001
    r"|['’][sS]\b"  # noqa: RUF001
    r"|\.{2,}|-{2,}|={2,}|\*{2,}|#{2,}|_+"
    r"|[^\w\s]"
    r"|\s+"
)
_TOKEN: Final = re.compile(_TOKENS)


def _marks() -> str:
    """The vowel signs and accents that stand behind letters of their script, for a character class."""
    marks = [code for code in range(0x300, 0x1E000) if unicodedata.category(chr(code)) in ("Mn", "Mc")]
    return "".join(map(chr, marks))


#: A word of Devanagari, Thai or pointed Hebrew goes on behind its marks, which `\w` does not know.
_MARK: Final = re.compile(f"[{_marks()}]")
_MARKED_SCRIPTS: Final = re.compile("[\u0300-\u036f\u0483-\u1cff\ua8e0-\uabff]")
_MARKED_TOKEN: Final = re.compile(_TOKENS.replace(r"[^\W_]+", rf"[^\W_](?:[^\W_]|{_MARK.pattern})*"))


class Tokens(NamedTuple):
    """The tokens of a text, and where each begins. One blank behind a token belongs to it, and is not in it."""

    words: list[str]
    starts: list[int]


def tokens(text: str) -> Tokens:
    """All of the text but for single blanks, in order."""
    marked = not text.isascii() and _MARKED_SCRIPTS.search(text)
    words: list[str] = []
    starts: list[int] = []
    at = 0
    for piece in (_MARKED_TOKEN if marked else _TOKEN).findall(text):
        if piece == " " and words:
            at += 1
            continue
        blank = piece[0] == " " and bool(words)
        words.append(piece[1:] if blank else piece)
        starts.append(at + blank)
        at += len(piece)
    return Tokens(words, starts)
