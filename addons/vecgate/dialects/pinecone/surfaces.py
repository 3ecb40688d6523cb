"""Where does text stand in Pinecone's bodies? One surface per shape, for requests and for answers.

An error is `code`, `message` and `details` at an index, `status` and `error` at the control plane.
"""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.base.answers import Marks
from vecgate.domain.surface import Surface

_NAME: Final = r"[a-z0-9](?:[a-z0-9-]{0,126}[a-z0-9])?"
_URL: Final = r"https://[A-Za-z0-9.:\[\]-]{1,262}/idx/[a-z0-9-]{1,128}"
_WORD: Final = r"[A-Za-z0-9_]{1,40}"
_DATE: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{1,20}Z?"
_ERROR: Final = (("/error/code", r"[A-Z_]{1,40}"),)
_USAGE: Final = ("/usage/**", "/code", "/status")
_TOKENS: Final = ("/pagination/next", "/pagination/*")


def _vectors(at: str, *, by_id: bool = False) -> Surface:
    return Surface(
        forms=_ERROR,
        numbers=(*_USAGE, f"{at}/values/**", f"{at}/sparseValues/**", f"{at}/score"),
        patterns=("/namespace", *_TOKENS),
        ids=(f"{at}/id",),
    )


def _documents(at: str) -> Surface:
    return Surface(
        forms=_ERROR, numbers=(*_USAGE, f"{at}/_score"), patterns=("/namespace", *_TOKENS), ids=(f"{at}/_id",)
    )


def _index(at: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The forms of an index, and what of it is technical."""
    forms = (
        (f"{at}/name", _NAME), (f"{at}/host", _URL), (f"{at}/private_host", _URL), (f"{at}/status/state", _WORD),
        *((f"{at}/{key}", _WORD) for key in ("metric", "vector_type", "deletion_protection")),
    )  # fmt: skip
    return forms, tuple(f"{at}/{key}/**" for key in ("spec", "deployment", "schema", "embed", "read_capacity"))


def _of_index(at: str) -> Surface:
    forms, technical = _index(at)
    return Surface(forms=(*_ERROR, *forms), patterns=technical, schema=(f"{at}/schema/fields/*/**",))


def _backup(at: str) -> Surface:
    forms = (
        *((f"{at}/{key}", r"[A-Za-z0-9-]{1,64}") for key in ("backup_id", "source_index_id", "restore_job_id", "target_index_id", "cloud", "region")),
        *((f"{at}/{key}", _NAME) for key in ("source_index_name", "target_index_name")),
        *((f"{at}/{key}", _DATE) for key in ("created_at", "completed_at")),
        (f"{at}/status", _WORD),
    )  # fmt: skip
    return Surface(forms=(*_ERROR, *forms), patterns=_TOKENS)


_plain: Final = Surface(forms=_ERROR, numbers=_USAGE, patterns=_TOKENS)
_technical: Final = Surface(forms=_ERROR, patterns=("/**",))
ANSWERS: Final[Mapping[str, Surface]] = {
    "query": _vectors("/matches/*"),
    "fetch": _vectors("/vectors/*"),
    "fetch_by_metadata": _vectors("/vectors/*"),
    "list": _vectors("/vectors/*"),
    "search_records": _documents("/result/hits/*"),
    "search_documents": _documents("/matches/*"),
    "fetch_documents": _documents("/documents/*"),
    "list_documents": _documents("/documents/*"),
    "list_indexes": _of_index("/indexes/*"),
    **dict.fromkeys(
        ("create_index", "create_index_for_model", "describe_index", "configure_index"), _of_index("")
    ),
    **dict.fromkeys(
        ("create_backup", "describe_backup", "restore_backup", "describe_restore_job"), _backup("")
    ),
    **dict.fromkeys(("list_index_backups", "list_project_backups", "list_restore_jobs"), _backup("/data/*")),
    "embed": Surface(forms=_ERROR, numbers=(*_USAGE, "/data/*/values/**", "/data/*/sparse_values/**"), patterns=("/model", "/vector_type", "/data/*/vector_type")),
    "rerank": Surface(forms=_ERROR, numbers=(*_USAGE, "/data/*/score", "/data/*/index"), patterns=("/model",)),
    **dict.fromkeys(("list_models", "describe_model"), _technical),
    **dict.fromkeys(("list_collections", "create_collection", "describe_collection"), _technical),
    **dict.fromkeys(("list_imports", "start_import", "describe_import"), _technical),
    **dict.fromkeys(("list_namespaces", "describe_namespace", "create_namespace"), _technical),
}  # fmt: skip

_ROWS: Final = Surface(
    numbers=("/vectors/*/values/**", "/vectors/*/sparseValues/**", "/vector/**", "/sparseVector/**", "/values/**",
             "/sparseValues/**", "/query/vector/**", "/score_by/*/values/**", "/score_by/*/sparse_values/**"),
    patterns=("/namespace", "/paginationToken", "/pagination_token", "/rerank/model"),
    ids=("/vectors/*/id", "/records/*/id", "/records/*/_id", "/documents/*/_id", "/ids/*", "/id", "/query/id"),
)  # fmt: skip
_SET_UP: Final = Surface(patterns=("/name", "/source", "/spec/**", "/schema/**", "/deployment/**", "/read_capacity/**", "/embed/**", "/cloud", "/region", "/metric", "/vector_type", "/deletion_protection", "/uri"), schema=("/schema/fields/*/**",))  # fmt: skip
_MODEL: Final = Surface(patterns=("/model", "/parameters/**"))
REQUESTS: Final[Mapping[str, Surface]] = {
    **dict.fromkeys(
        ("create_index", "create_index_for_model", "configure_index", "create_collection", "create_backup",
         "restore_backup", "start_import", "create_namespace"),
        _SET_UP,
    ),
    **dict.fromkeys(("embed", "rerank"), _MODEL),
}  # fmt: skip
#: What is stored, as a write sends it: ids stay different from each other.
STORED: Final = Surface(
    numbers=_ROWS.numbers, patterns=_ROWS.patterns, names=("/vectors/*/id", "/records/*/id", "/records/*/_id", "/documents/*/_id"),
)  # fmt: skip


def surface(name: str, answer: bool) -> Surface:
    """The surface of an operation's request or answer; where none is written, all strings are text."""
    return ANSWERS.get(name, _plain) if answer else REQUESTS.get(name, _ROWS)


_errors: Final = ("/message", "/error/message", "/details/**", "/error/details/**")


def _marks() -> Mapping[str, Marks]:
    vectors = {name: (f"{at}/values", f"{at}/sparseValues") for name, at in (
        ("query", "/matches/*"), ("fetch", "/vectors/*"), ("fetch_by_metadata", "/vectors/*"))}  # fmt: skip
    scores = {"query": "/matches/*/score", "search_records": "/result/hits/*/_score",
              "search_documents": "/matches/*/_score", "rerank": "/data/*/score"}  # fmt: skip
    return {
        name: Marks(vectors.get(name, ()), (scores[name],) if name in scores else (), _errors)
        for name in {*vectors, *scores}
    } | {
        "query": Marks((*vectors["query"], "/results/*/matches/*/values"), (scores["query"],), _errors),
        "embed": Marks(("/data/*/values",), (), _errors),
    }


_MARKS: Final = _marks()
_FAILED: Final = Marks(errors=_errors)


def marks(name: str) -> Marks:
    """Where vectors, scores and errors stand in an operation's answer."""
    return _MARKS.get(name, _FAILED)
