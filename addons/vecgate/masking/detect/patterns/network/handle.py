"""Is this what somebody calls themselves on a network? An @ with a name behind it, or a name that is called one."""

from collections.abc import Iterable
from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser, Span, words

#: Words that code puts an @ in front of: annotations, decorators, rules of style sheets, marks of documentation.
_MARKS: Final = words("""
param params return returns throws throw exception see since author version deprecated override overrides property
staticmethod classmethod dataclass abstractmethod cached_property contextmanager media import keyframes charset
supports font page include mixin extend apply layer tailwind autowired bean component service repository controller
restcontroller entity table column id test before after beforeeach aftereach beforeall afterall inject injectable
input output ngmodule directive pipe type types typedef interface example code link inheritdoc suppresswarnings
functionalinterface nullable nonnull notnull data getter setter builder slf4j value configuration
enableautoconfiguration springbootapplication requestmapping getmapping postmapping pathvariable requestbody pytest
fixture mark app router click task shared_task api route wraps lru_cache cache jit njit torch tf keras everyone here
channel all
""")
_NOT_NAMES: Final = words("""
admin administrator root test guest user username postgres mysql none null true false str string int text default
anonymous required optional name email password set unset given self args
""")
_EDGE: Final = "._-"
_REACH: Final = 200


def _handle(text: str, start: int, end: int) -> Iterable[Span]:
    name = text[start + 1 : end].rstrip(_EDGE).lower()
    line = text.rfind("\n", max(0, start - _REACH), start) + 1
    alone = not text[line:start].strip() and text[end : end + 1] in ("", "\n", "(", ".")
    # A decorator has the line to itself; npm's scopes have a package behind them.
    decorator = alone and "\n" in text[end : end + 200] and line > 0
    host = text[end : end + 1] == "." and text[end + 1 : end + 2].isalpha()
    if name in _MARKS or decorator or host or text[end : end + 1] in ("/", "("):
        return ()
    return ((start, end),)


def _login(text: str, start: int, end: int) -> Iterable[Span]:
    found = text[start:end].rstrip(_EDGE)
    # "The user name is unique" is a sentence: behind "is" a login shows that it is no word.
    said = text[:start].rstrip("\"'@ ").endswith((" is", " is:")) if found.isalpha() else False
    if said and text[start - 1 : start] not in "\"'@":
        return ()
    code = text[end : end + 1] in ("(", "[", "{", "<")
    # "user_id": 3074185296 is the key of a row, not what somebody is called
    return (
        ()
        if code or found.isdigit() or len(found) < 3 or found.lower() in _NOT_NAMES
        else ((start, start + len(found)),)
    )


def _forum(text: str, start: int, end: int) -> Iterable[Span]:
    # w/o, and paths, are none.
    return () if text[end : end + 1] in ("/", ".") and text[end + 1 : end + 2].isalnum() else ((start, end),)


_CALLED: Final = (
    r"user[ _-]?name|user[ _-]?id|login(?:[ _-]?(?:name|id))?|screen[ _-]?name|nick(?:[ _-]?name)?|telegram|"
    r"twitter|"
    r"instagram|insta|skype|snapchat|tiktok|discord|github|x\.com|benutzername|nombre[ ]de[ ]usuario|"
    r"nom[ ]d'utilisateur|nome[ ]utente|gebruikersnaam"
)

RULES: Final = (
    # r/gardening, u/some_body, as forums write them
    Recogniser(
        "HANDLE",
        "forum",
        "a forum's u/ or r/ before a name",
        r"(?:^|[\s(\[\"',;])(/?[ ]?[ur][ ]?/[ ]?[A-Za-z]\w{2,23})\b",
        _forum,
        1,
        gate=r"[ur][ ]?/[ ]?[A-Za-z]",
    ),
    # Whom a note in the code is for: TODO(jsmith)
    Recogniser(
        "HANDLE",
        "todo",
        "whom a note in code is for",
        r"\b(?:TODO|FIXME|HACK|XXX|NOTE)\(@?([A-Za-z][\w.-]{2,30})\)",
        group=1,
        gate=r"(?:TODO|FIXME|HACK|XXX|NOTE)\(",
    ),
    Recogniser(
        "HANDLE",
        "at",
        "an @ with a name, and no host behind it",
        r"(?:^|[^\w@./=])(@[A-Za-z_]\w{1,29})\b",
        _handle,
        1,
        gate=r"@[A-Za-z_]",
    ),
    Recogniser(
        "HANDLE",
        "named",
        "called a user name",
        rf"(?i)\b(?:{_CALLED})[\"']?[ ]?(?:[:=][ ]?|[ ]is:?[ ])[\"']?@?([a-z0-9][\w.-]{{2,39}})",
        _login,
        1,
        gate=rf"(?i)\b(?:{_CALLED})[\"\']?[ ]?(?:[:=]|is)",
    ),
)
