"""What may the settings and the mapping of an index say? Nothing by which one field shows another, or a program runs."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from vecgate.dialects.base.lucene.values import BOOL, TEXT, Single, word
from vecgate.domain.call import Json
from vecgate.parsing.forms import ByType, Checked, Elsewhere, Form, Left, ListOf, Members, harmful, unreadable

PROGRAM: Final = "is a program that runs at the server"
_PIPELINES: Final = "it sends what is written, or what is searched for, through a pipeline that changes it"
#: Parts of settings that do what routes do which are not let through.
_OF_SERVER: Final[Mapping[str, str]] = {
    **dict.fromkeys(("lifecycle", "index_state_management", "policy_id"), "by a policy the server changes or drops the index later"),
    "blocks": "it shuts the whole index for everybody, or lifts what protects it",
    "synonyms_set": "what is stored at the server changes what is found; write the synonyms out",
}  # fmt: skip


def _settings(value: Json, at: str) -> None:
    """Settings of an index: any, but none that changes or moves what is written and found."""
    if not isinstance(value, dict):
        unreadable(f"'{at}' must be an object")
    for key, inner in value.items():
        if "pipeline" in key.casefold() or "script" in key.casefold():
            harmful(f"'{at}' names a pipeline or a script: {_PIPELINES}")
        if key.casefold().endswith(("_path", "user_dictionary", "rule_files")) or inner == "hunspell":
            harmful(f"'{at}' names a file of the server's, of which what is found would tell; write its words out")
        for name, why in _OF_SERVER.items():
            if name in key.casefold().split("."):
                harmful(f"{f"'{at}'" if at else 'it'} sets '{name}': {why}")
        if isinstance(inner, dict):
            _settings(inner, at)


SETTINGS: Final = Checked(_settings, ({"index": {"number_of_replicas": 0}}, {"knn": True}), open_below=True)
_TYPES: Final = (
    "keyword", "text", "long", "integer", "short", "byte", "double", "float", "half_float", "scaled_float",
    "unsigned_long", "date", "date_nanos", "boolean", "ip", "geo_point", "binary", "object", "nested",
    "match_only_text", "wildcard", "constant_keyword", "version", "integer_range", "long_range", "float_range",
    "double_range", "date_range", "ip_range", "token_count",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Fields:
    """What fields of a mapping may be, by the names of their types."""

    types: frozenset[str]

    def one(self, value: Json, at: str) -> None:
        if not isinstance(value, dict):
            harmful(f"'{at}' is no object")
        kind = value.get("type", "object")
        if not isinstance(kind, str) or kind not in self.types:
            harmful(
                f"'{at}' has a type by which one field shows another, records are joined, or that is not known here"
            )
        if "copy_to" in value or "script" in value:
            harmful(f"'{at}' would hold what other fields hold")
        for key in ("properties", "fields"):
            if value.get(key) is not None:
                self.several(value[key], f"{at}.{key}" if at.count(".") < 3 else at)

    def several(self, value: Json, at: str) -> None:
        if not isinstance(value, dict):
            harmful(f"'{at}' is no object")
        for name, below in value.items():
            self.one(below, f"{at}.{name}")


def mapping(types: Collection[str]) -> dict[str, Form]:
    """What a mapping may say, whose fields are of the types that both know, or of these."""
    fields = _Fields(frozenset({*_TYPES, *types}))
    return {
        "properties": Left(Checked(fields.several, ({"city": {"type": "keyword"}},), open_below=True)),
        "dynamic": Left(ByType("true, false, 'strict'", {bool: BOOL, str: word("true", "false", "strict")})),
        "date_detection": Left(BOOL),
        "numeric_detection": Left(BOOL),
        **dict.fromkeys(("runtime", "derived"), Elsewhere(PROGRAM)),
        "dynamic_templates": Left(ListOf(Single(_template(fields.one), TEXT))),
        **dict.fromkeys(("_routing", "_source", "_meta"), Elsewhere("is not known here yet")),
    }


def _template(one: Callable[[Json, str], None]) -> Form:
    """What a field becomes that no mapping names yet."""
    return Members(
        {
            "match_mapping_type": Left(word("string", "long", "double", "boolean", "date", "object")),
            **dict.fromkeys(("match", "unmatch", "path_match", "path_unmatch"), Left(TEXT)),
            "mapping": Checked(one, ({"type": "keyword"},), open_below=True),
        },
        ("mapping",),
    )
