"""How large is a document, how deep, and is it written in letters that both readers take alike? Told before it is read.

The server's own reader counts letters where it should count bytes: a comment with a letter outside ASCII makes it go back
and run what stands in the comment. So outside of texts there is ASCII only, and nothing is ever sent as it came.
"""

from typing import Final

from graphql.error import GraphQLSyntaxError
from graphql.language import Source
from graphql.language.lexer import Lexer
from graphql.language.token_kind import TokenKind

from vecgate.parsing.forms import unreadable

LONGEST: Final = 256 * 1024
MOST: Final = 50_000
DEEPEST: Final = 80
_OPEN: Final = frozenset({TokenKind.PAREN_L, TokenKind.BRACKET_L, TokenKind.BRACE_L})
_SHUT: Final = frozenset({TokenKind.PAREN_R, TokenKind.BRACKET_R, TokenKind.BRACE_R})
_TEXTS: Final = frozenset({TokenKind.STRING, TokenKind.BLOCK_STRING})


def check(text: str) -> None:
    """Raise CallRefused unless it is small, flat, and of plain letters."""
    if len(text) > LONGEST:
        unreadable(f"'query' is longer than {LONGEST} characters")
    lexer, deep, seen, rest = Lexer(Source(text)), 0, 0, 0
    try:
        while (token := lexer.advance()).kind is not TokenKind.EOF:
            _plain(text[rest : token.start])
            rest = token.end
            if token.kind not in _TEXTS:
                _plain(text[token.start : token.end])
            if token.kind is TokenKind.BLOCK_STRING:
                unreadable("'query' has a text in three quotation marks, whose indents servers read in several ways")
            seen += 1
            deep += (token.kind in _OPEN) - (token.kind in _SHUT)
            if seen > MOST or deep > DEEPEST:
                unreadable(f"'query' has more than {MOST} words and signs, or is nested deeper than {DEEPEST}")
    except GraphQLSyntaxError:
        unreadable("'query' is no GraphQL")
    _plain(text[rest:])


def _plain(text: str) -> None:
    if not text.isascii():
        unreadable("'query' has a letter outside of ASCII that stands in no text, where servers lose their place")
