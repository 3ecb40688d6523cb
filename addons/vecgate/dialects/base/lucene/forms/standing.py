"""Which calls are about what stands at a server beside its indices, and what may they say? Snapshots, templates, pipelines.

A snapshot goes to a repository that was set up at the server; who may set one up could have everything copied anywhere.
Of a cluster's own state none holds a thing, and none brings one back: users and their rights are in it. A restore names
its indices, and what each is to be called. A template says what an index may say that is made, and no more. A pipeline
changes what others write: it may put a value of its own into a field, or shape one, but moves no record and no value.
"""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.base.lucene.forms.bodies import Bodies
from vecgate.dialects.base.lucene.forms.mapped import PROGRAM
from vecgate.dialects.base.lucene.values import (
    BOOL,
    EXPRESSION,
    NAME,
    TEXT,
    Tree,
    is_field,
    is_name,
    list_of,
    matching,
    whole,
    word,
)
from vecgate.dialects.base.routing import Route
from vecgate.domain.call import Json
from vecgate.parsing.forms import ByType, Elsewhere, Form, Free, Later, Left, ListOf, Members, Shape, unreadable

#: What is made for whoever waits: what goes on behind the answer nobody could watch.
_WAITS: Final = "wait_for_completion"
_STATE: Final = "would bring the state of the cluster, with its users and their rights; say false"
_FALSE: Final = Shape(f"false: it {_STATE}", lambda value: value is False, (False,))
_INDICES: Final = ByType(
    "an expression of indices, or a list of them", {str: EXPRESSION, list: ListOf(EXPRESSION, least=1)}
)
_HELD: Final[dict[str, Form]] = {
    "ignore_unavailable": Left(BOOL),
    "partial": Left(BOOL),
    "include_global_state": Left(_FALSE),
    "feature_states": Elsewhere(_STATE),
}
SNAPSHOT: Final = Members(
    {
        "indices": Left(_INDICES),
        **_HELD,
        "metadata": Left(Free()),
        "expand_wildcards": Elsewhere("is 'open' here: patterns find open indices that are not hidden; leave it out"),
    }
)
_NAMES: Final = ByType(
    "a name, several with commas between them, or a list", {str: EXPRESSION, list: ListOf(NAME, least=1)}
)
#: What of an old name becomes a new one: all of it, or a piece, wherever that stands in it. `(.*)` is found twice.
_RENAMED: Final = matching("'(.+)', or a piece of a name", r"\(\.\+\)|[\w-]{1,255}", "(.+)")
_RENAMES: Final = matching("a name, with '$1' for the old one", r"[\w-]*(?:\$1)?[\w-]*", "restored-$1")
_AS_IT_WAS: Final = "would change what is brought back; change the index then, by a call of its own"
_ALIASED: Final = Shape(
    "false: what an alias means is said with POST /_aliases", lambda value: value is False, (False,)
)
RESTORE: Final = Members(
    {
        "indices": _NAMES,
        **_HELD,
        "include_aliases": _ALIASED,
        "rename_pattern": Left(_RENAMED),
        "rename_replacement": Left(_RENAMES),
        **dict.fromkeys(("index_settings", "ignore_index_settings", "storage_type"), Elsewhere(_AS_IT_WAS)),
        **dict.fromkeys(("rename_alias_pattern", "rename_alias_replacement"), Elsewhere("belongs to aliases, of which none is brought back")),
    },
    ("indices", "include_aliases"),
)  # fmt: skip


def restored(tree: Tree) -> tuple[tuple[str, str], ...]:
    """The indices of a restore: what each is called in the snapshot, and what it will be called.

    Raises CallRefused (`body.unreadable`) for a pattern, and for a new name that is none.
    """
    said = tree.get("indices")
    names = said.split(",") if isinstance(said, str) else [str(one) for one in list_of(said)]
    if not all(map(is_name, names)):
        unreadable("'indices' of a restore are names: what a pattern finds in a snapshot nobody has decided on")
    pattern, replacement = tree.get("rename_pattern"), tree.get("rename_replacement")
    if (pattern is None) != (replacement is None):
        unreadable("'rename_pattern' and 'rename_replacement' stand together, or not at all")
    called = [(one, _called(one, pattern, replacement)) for one in names]
    if not all(is_name(new) for _, new in called):
        unreadable("'rename_replacement' gives a name that no index may have")
    if len({new for _, new in called}) != len(called):
        unreadable("'rename_replacement' gives two indices one name")
    return tuple(called)


def _called(name: str, pattern: Json, replacement: Json) -> str:
    if pattern is None:
        return name
    if str(pattern).startswith("("):
        return str(replacement).replace("$1", name)
    if "$" in str(replacement):
        unreadable("'$1' in 'rename_replacement' is what '(.+)' in 'rename_pattern' finds")
    return name.replace(str(pattern), str(replacement))


#: What an index name's pattern may be: it says of which indices-to-be it is.
_PATTERN: Final = matching(
    "a name of indices to be, in which '*' may stand for anything", r"(?!_all$)[^\W_][\w.+*-]{0,254}", "docs-*"
)
_STREAMS: Final = Elsewhere("would make data streams, which are not served yet")


def templates(told: Bodies) -> tuple[Form, Form]:
    """What a template of indices may say, and a part of one."""
    part: dict[str, Form] = {
        "template": Left(told.create),
        "version": Left(whole()),
        "_meta": Left(Free()),
        "deprecated": Left(BOOL),
    }
    whole_one = Members(
        {
            **part,
            "index_patterns": ByType("a pattern, or a list of patterns", {str: _PATTERN, list: ListOf(_PATTERN, least=1)}),
            "priority": Left(whole()),
            **dict.fromkeys(("composed_of", "ignore_missing_component_templates"), Left(ListOf(NAME))),
            **dict.fromkeys(("data_stream", "allow_auto_create"), _STREAMS),
        },
        ("index_patterns",),
    )  # fmt: skip
    return whole_one, Members({**part, "template": told.create}, ("template",))


#: A field that is written out: what a record holds names no other.
_FIELD: Final = Shape(
    "the name of a field, without '*' and '{'", lambda value: is_field(value) and "{" not in str(value), ("city",)
)
_PLAIN: Final = Shape(
    "a value that is written out, without '{{'",
    lambda value: isinstance(value, str | int | float) and "{{" not in str(value),
    ("acme", 7),
)
_MOVES: Final = Elsewhere("would have one field hold what another one holds, or a record go elsewhere")
_SHAPED: Final[dict[str, Form]] = {**dict.fromkeys(("target_field", "copy_from"), _MOVES), "ignore_missing": Left(BOOL)}
_DOES: Final[dict[str, tuple[dict[str, Form], tuple[str, ...]]]] = {
    "set": (
        {
            "field": _FIELD,
            "value": _PLAIN,
            "override": Left(BOOL),
            "ignore_empty_value": Left(BOOL),
            "copy_from": _MOVES,
        },
        ("field", "value"),
    ),
    "append": (
        {
            "field": _FIELD,
            "value": ByType(
                "a value, or a list of values", {**dict.fromkeys((str, int, float, bool), _PLAIN), list: ListOf(_PLAIN)}
            ),
            "allow_duplicates": Left(BOOL),
        },
        ("field", "value"),
    ),
    "remove": (
        {
            "field": ByType("a field, or a list of fields", {str: _FIELD, list: ListOf(_FIELD, least=1)}),
            "ignore_missing": Left(BOOL),
        },
        ("field",),
    ),
    "convert": (
        {"field": _FIELD, "type": word("integer", "long", "float", "double", "string", "boolean", "auto"), **_SHAPED},
        ("field", "type"),
    ),
    "gsub": ({"field": _FIELD, "pattern": TEXT, "replacement": TEXT, **_SHAPED}, ("field", "pattern", "replacement")),
    **dict.fromkeys(("lowercase", "uppercase", "trim", "html_strip"), ({"field": _FIELD, **_SHAPED}, ("field",))),
    "fail": ({"message": _PLAIN}, ("message",)),
}
#: What each may say of itself beside that.
_EACH: Final[dict[str, Form]] = {
    **dict.fromkeys(("tag", "description"), Left(TEXT)),
    "ignore_failure": Left(BOOL),
    "if": Elsewhere(PROGRAM),
    "on_failure": Left(Later(lambda: _PROCESSORS)),
}
_UNSEEN: Final = Elsewhere(
    "is not taken: it may move records or values, drop what was written, run a program, or ask a model"
)
_OTHERS: Final = (
    "rename",
    "reroute",
    "script",
    "pipeline",
    "drop",
    "foreach",
    "enrich",
    "inference",
    "text_embedding",
    "json",
    "split",
    "join",
    "date",
)
_PROCESSORS: Final[Form] = ListOf(
    Members(
        {
            **{name: Members({**said, **_EACH}, must) for name, (said, must) in _DOES.items()},
            **dict.fromkeys(_OTHERS, _UNSEEN),
        },
        one_of=(tuple(_DOES),),
    )
)
INGEST: Final = Members(
    {"description": Left(TEXT), "version": Left(whole()), "_meta": Left(Free()), "processors": _PROCESSORS, "on_failure": Left(_PROCESSORS)},
    ("processors",),
)  # fmt: skip


def standing(told: Bodies, page: Mapping[str, str], waits: str) -> tuple[Route, ...]:
    """The rows. `page`, `waits`: as for `served`."""
    index, part = templates(told)
    at, snapshot = "/_snapshot/{repository}", page["snapshots"]
    # fmt: off
    return (
        *(Route("GET", path, "snapshot_get_repository", "snapshot_list", 1, snapshot) for path in ("/_snapshot", at)),
        Route("GET", f"{at}/{{snapshots}}", "snapshot_get", "snapshot_list", 1, snapshot, query=("ignore_unavailable",)),
        Route("GET", f"{at}/{{snapshots}}/_status", "snapshot_status", "snapshot_list", 1, snapshot, query=("ignore_unavailable",)),
        *(Route(method, f"{at}/{{snapshot}}", "snapshot_create", "snapshot_create", 3, snapshot, query=(waits, _WAITS), body=SNAPSHOT)
          for method in ("PUT", "POST")),
        Route("DELETE", f"{at}/{{snapshot}}", "snapshot_delete", "snapshot_delete", 4, snapshot, query=(waits,)),
        Route("POST", f"{at}/{{snapshot}}/_restore", "snapshot_restore", "snapshot_restore", 4, snapshot, query=(waits, _WAITS), body=RESTORE),
        *(row for where, one, body, key in (("/_index_template", "indices_{}_index_template", index, "index-templates"),
                                            ("/_component_template", "cluster_{}_component_template", part, "component-templates"))
          for row in (Route("HEAD", f"{where}/{{template}}", one.format("exists"), "cluster_read", 1, page[key]),
                      *_named("template", where, one, body, page[key], waits, ("PUT", "POST")))),
        *pipelines("/_ingest/pipeline", "ingest_{}_pipeline", INGEST, page["ingest"], waits),
    )
    # fmt: on


def pipelines(where: str, name: str, body: Form, page: str, waits: str) -> tuple[Route, ...]:
    """The rows about pipelines of one kind, which stand at `where`; `name`: what each is called, with what it does left open."""
    return _named("pipeline", where, name, body, page, waits, ("PUT",))


def _named(
    what: str, where: str, name: str, body: Form, page: str, waits: str, puts: tuple[str, ...]
) -> tuple[Route, ...]:
    """Things with a name that are read, put in place of what is called so, and taken away."""
    one = f"{where}/{{{what}}}"
    # fmt: off
    return (
        *(Route("GET", path, name.format("get"), "cluster_read", 1, page) for path in (where, f"{where}/{{{what}s}}")),
        *(Route(method, one, name.format("put"), "cluster_admin", 4, page, query=(waits,), body=body) for method in puts),
        Route("DELETE", one, name.format("delete"), "cluster_admin", 4, page, query=(waits,)),
    )
    # fmt: on
