"""What makes vectors from the texts of a collection, and what cuts these into words? Its functions, and its analyzers.

`BM25` is worked out by the database itself: a search by words, which tells of the texts it was made from. Other functions
send texts to a model elsewhere. An analyzer may do so as well (a tokenizer by gRPC), or read files and addresses: what
those are called is not in `_STEPS`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from vecgate.dialects.milvus import sites
from vecgate.dialects.milvus.values import FIELD, SCALAR, TEXT, WORD, as_tree, list_of
from vecgate.domain import inlets
from vecgate.domain.call import Json
from vecgate.domain.inlets import Each, Field
from vecgate.parsing import strict_json
from vecgate.parsing.forms import Form, Left, ListOf, MapOf, Members, Shape, unreadable
from vecgate.parsing.saying import shown

type Tree = dict[str, Json]

WORDS: Final = "BM25"
ELSEWHERE: Final = "TextEmbedding"
#: As the wire numbers them, and a described collection over REST.
NUMBERS: Final[Mapping[str, int]] = {WORDS: 1, ELSEWHERE: 2}
_TYPE: Final = Shape(
    f"'{WORDS}', which the database works out itself, or '{ELSEWHERE}', which needs a rule that names "
    "'embedding_config'; others are not spoken here: make those at the database itself",
    lambda value: isinstance(value, str) and value in NUMBERS,
    (WORDS,),
)
_FIELDS: Final = ListOf(FIELD, least=1)
FUNCTION: Final = Members(
    {
        "name": FIELD, "type": _TYPE, "description": TEXT, "inputFieldNames": _FIELDS, "outputFieldNames": _FIELDS,
        "params": Left(MapOf(SCALAR, key=WORD)),
    },
    ("name", "type", "inputFieldNames", "outputFieldNames"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """What the vectors of a collection are made of. `words`: of a field of theirs, the fields whose words it holds."""

    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: Whether a model elsewhere makes some of them.
    elsewhere: bool = False


NOTHING: Final = Made()


def told(found: Tree) -> Made:
    """What a described collection says of its functions; one of a kind that is not known may be elsewhere."""
    words, elsewhere = dict[str, tuple[str, ...]](), False
    for one in map(as_tree, list_of(found.get("functions"))):
        if one.get("type") in (WORDS, NUMBERS[WORDS]):
            sources = tuple(map(str, list_of(one.get("inputFieldNames"))))
            words |= dict.fromkeys(map(str, list_of(one.get("outputFieldNames"))), sources)
        else:
            elsewhere = True
    return Made(words, elsewhere)


def embeds(schema: Json) -> bool:
    """Whether a schema that is to be made has a function that asks a model elsewhere."""
    return any(as_tree(one).get("type") != WORDS for one in list_of(as_tree(schema).get("functions")))


#: Given one search of a body, the fields whose words it looks at.
type Words = Callable[[Tree], Sequence[str]]


def fields(name: str, tree: Tree, words: Words) -> Iterator[Field]:
    """The fields whose words the searches of a body look at."""
    for at, search in sites.subs(name, tree) if name in sites.SEARCHES else ():
        yield from (Field(f"{at}/data", (one,), "text", "text") for one in words(search))


def worded(name: str, tree: Tree, words: Words, each: Each) -> Tree:
    """The body with every text that is looked for by its words put through `each`: it occurs in a field's text, or not."""
    if name not in sites.SEARCHES:
        return tree

    def data(at: str, search: Tree) -> list[Json]:
        return [_sought(one, f"{at}.data".strip("."), words(search), each) for one in list_of(search.get("data"))]

    new = [(search, data(at.strip("/").replace("/", "."), search)) for at, search in sites.subs(name, tree)]
    if all(said == search.get("data", []) for search, said in new):
        return tree
    if name not in sites.HYBRID:
        return {**tree, "data": new[0][1]}
    return {**tree, "search": [{**search, "data": said} for search, said in new]}


def _sought(text: Json, at: str, sources: Sequence[str], each: Each) -> Json:
    homes = [((one,), ("data", 0, one)) for one in sources]
    return inlets.worded(at, text, homes, each) if isinstance(text, str) else text


# analyzers

_ANALYZERS: Final = ("analyzer_params", "multi_analyzer_params")
#: What steps of an analyzer say of themselves, and nothing that reads a file or calls somebody.
_STEPS: Final = frozenset(
    {"type", "tokenizer", "filter", "stop_words", "stop_word_list", "word_list", "dict", "dict_kind", "mode", "hmm",
     "language", "expr", "max", "min", "case_insensitive", "identifier", "by_field"}
)  # fmt: skip
#: What holds analyzers, or words, by names of its maker's.
_NAMED: Final = frozenset({"analyzers", "alias", "mapping"})
_CALLING: Final = "grpc"


@dataclass(frozen=True, slots=True)
class Options:
    """Options of a field: by word, each a text, a number, or true or false; an analyzer is an object, or that as a text.

    It goes out as a text: both are the same to the server.
    """

    like: Form = field(default_factory=lambda: MapOf(SCALAR, key=WORD))

    def read(self, value: Json, at: str) -> Json:
        """Raises CallRefused, as every form."""
        if not isinstance(value, dict):
            return self.like.read(value, at)
        new: Tree = {key: _analyzer(one, f"{at}.{key}") if key in _ANALYZERS else one for key, one in value.items()}
        return self.like.read(value if new == value else new, at)


def _analyzer(value: Json, at: str) -> Json:
    tree = value
    if isinstance(value, str):
        try:
            tree = strict_json.parse(value.encode())
        except (strict_json.NotStrict, UnicodeEncodeError):
            unreadable(f"'{at}' is no JSON")
    if not isinstance(tree, dict):
        unreadable(f"'{at}' must be an object")
    for step in _steps(tree):
        for key, inner in step.items():
            if key not in _STEPS | _NAMED or (key in ("type", "tokenizer") and inner == _CALLING):
                what = shown(str(inner) if key in _STEPS else key)
                unreadable(
                    f"'{at}' has {what}: nobody here looked whether that reads files of the server or calls an address, so it "
                    "is made at the database itself"
                )
    return strict_json.dump(tree).decode()


def _steps(node: Json) -> Iterator[Tree]:
    """Every object of an analyzer but those whose keys are its maker's."""
    if isinstance(node, list):
        for one in node:
            yield from _steps(one)
    elif isinstance(node, dict):
        yield node
        for key, one in node.items():
            yield from _steps([*one.values()] if key in _NAMED and isinstance(one, dict) else one)
