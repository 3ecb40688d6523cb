"""How may a Chroma collection be set up? Its configuration and its schema: each member known, each number bounded.

The server takes numbers its own index cannot live with (without neighbours it ends at the second write, and at each
start after that), and hands an embedding function's settings to everybody who opens the collection.
"""

import re
from collections.abc import Mapping
from typing import Final

from vecgate.dialects.chroma.filters import RESERVED
from vecgate.domain.call import Json
from vecgate.domain.inlets import named
from vecgate.parsing.forms import Checked, Form, MapOf, Members, OrNull, Shape, harmful, unreadable

#: Settings whose value is an address that texts and keys are sent to.
_ADDRESS: Final = re.compile(
    r"(?:^|_)(?:url|uri|base|endpoint|host|proxy|proxies|server|address|headers)s?$", re.IGNORECASE
)
_SCHEME: Final = re.compile(r"//|\\\\")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
#: On the reader's own machine: nothing leaves it.
_LOCAL: Final = re.compile(r"(?:https?://)?(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?(?:/[\w./-]*)?", re.ASCII)


def _whole(low: int, high: int) -> Form:
    return OrNull(Shape(f"a whole number from {low} to {high}", lambda v: type(v) is int and low <= v <= high, (low,)))


def _number(low: float, high: float) -> Form:
    words = f"a number from {low:g} to {high:g}"
    return OrNull(Shape(words, lambda v: type(v) in (int, float) and low <= v <= high, (low,)))  # type: ignore[operator]


def _word(*words: str) -> Form:
    return OrNull(Shape(f"one of {', '.join(words)}", lambda v: isinstance(v, str) and v in words, words))


_TRUTH: Final = OrNull(Shape("true or false", lambda v: isinstance(v, bool), (True,)))
_TEXT: Final = OrNull(Shape("a text of up to 512 characters", lambda v: isinstance(v, str) and len(v) <= 512, ("a",)))
_SPACE: Final = _word("l2", "cosine", "ip")
_COUNT: Final = _whole(0, 1_000_000)

_HNSW: Final[Mapping[str, Form]] = {
    "space": _SPACE,
    "ef_construction": _whole(0, 10_000),
    "ef_search": _whole(0, 10_000),
    "max_neighbors": _whole(2, 4096),
    "num_threads": _whole(0, 1024),
    "batch_size": _COUNT,
    "sync_threshold": _COUNT,
    "resize_factor": _number(-1, 100),
}
#: The same in a collection's metadata, as older clients write it.
LEGACY: Final[Mapping[str, Form]] = {
    "hnsw:space": _SPACE,
    "hnsw:construction_ef": _HNSW["ef_construction"],
    "hnsw:search_ef": _HNSW["ef_search"],
    "hnsw:M": _HNSW["max_neighbors"],
    "hnsw:num_threads": _HNSW["num_threads"],
    "hnsw:batch_size": _COUNT,
    "hnsw:sync_threshold": _COUNT,
    "hnsw:resize_factor": _HNSW["resize_factor"],
}
_FACTOR: Final = _number(-1000, 1000)
_SPANN: Final[Mapping[str, Form]] = {
    "space": _SPACE,
    "ef_construction": _whole(0, 10_000),
    "ef_search": _whole(0, 10_000),
    "max_neighbors": _whole(2, 4096),
    **dict.fromkeys(
        ("search_nprobe", "write_nprobe", "merge_threshold", "split_threshold", "reassign_neighbor_count",
         "nreplica_count", "num_centers_to_merge_to", "num_samples_kmeans"),
        _whole(0, 100_000),
    ),
    **dict.fromkeys(
        ("center_drift_threshold", "initial_lambda", "search_rng_epsilon", "search_rng_factor", "write_rng_epsilon",
         "write_rng_factor"),
        _FACTOR,
    ),
    "quantize": _TEXT,
}  # fmt: skip


#: Where the settings of an embedding function stand.
_OF_FUNCTION: Final = "embedding_function"


def _is_elsewhere(key: str, value: Json) -> bool:
    """Whether a setting makes readers' programs talk to a place of the writer's choice."""
    if isinstance(value, str) and (_LOCAL.fullmatch(value) or not value):
        return False
    if isinstance(value, str) and _SCHEME.search(value):
        return True
    return bool(_ADDRESS.search(_CAMEL.sub("_", key))) and value not in (None, False, {}, [])


def points_elsewhere(value: Json, key: str = "", inside: bool = False) -> bool:
    """Whether a configuration or schema sends the texts and keys of whoever opens the collection to an address."""
    if inside and _is_elsewhere(key, value):
        return True
    if isinstance(value, dict):
        return any(points_elsewhere(one, name, inside or key == _OF_FUNCTION) for name, one in value.items())
    return isinstance(value, list) and any(points_elsewhere(one, key, inside) for one in value)


def _safe(value: Json, at: str, key: str = "") -> None:
    if key == "trust_remote_code" and value not in (None, False):
        harmful(f"'{at}' would run a stranger's code in whoever opens the collection")
    if isinstance(value, dict):
        for name, inner in value.items():
            _safe(inner, named(at, name), name)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            _safe(inner, f"{at}[{i}]", key)


def _settings_of_function(value: Json, at: str) -> None:
    if value is not None and not isinstance(value, dict):
        unreadable(f"'{at}' must be an object or null")
    _safe(value, at)


_FUNCTION: Final = OrNull(
    Members(
        {
            "type": _word("legacy", "known", "unknown"),
            "name": _TEXT,
            "config": Checked(_settings_of_function, ({"model": "m"},), open_below=True),
        }
    )
)
_hnsw, _spann = OrNull(Members(_HNSW)), OrNull(Members(_SPANN))

CONFIGURATION: Final = OrNull(Members({"hnsw": _hnsw, "spann": _spann, "embedding_function": _FUNCTION}))


def _index(name: str, **config: Form) -> Form:
    return OrNull(Members({name: OrNull(Members({"enabled": _TRUTH, "config": OrNull(Members(config))}))}))


_vector = _index("vector_index", space=_SPACE, embedding_function=_FUNCTION, source_key=_TEXT, hnsw=_hnsw, spann=_spann)
_sparse = _index(
    "sparse_vector_index",
    embedding_function=_FUNCTION,
    source_key=_TEXT,
    bm25=_TRUTH,
    algorithm=_word("wand", "max_score"),
)
_strings = OrNull(
    Members(
        {
            name: OrNull(Members({"enabled": _TRUTH, "config": OrNull(Members({}))}))
            for name in ("fts_index", "string_inverted_index")
        }
    )
)
_TYPES: Final = OrNull(
    Members(
        {
            "string": _strings,
            "float_list": _vector,
            "sparse_vector": _sparse,
            "int": _index("int_inverted_index"),
            "float": _index("float_inverted_index"),
            "bool": _index("bool_inverted_index"),
        }
    )
)


def _keys(value: Json, at: str) -> None:
    MapOf(_TYPES).read(value, at)
    if isinstance(value, dict) and any(key.startswith(RESERVED) for key in value):
        harmful(f"a key in '{at}' begins with '{RESERVED}'")


SCHEMA: Final = OrNull(
    Members(
        {
            "defaults": _TYPES,
            "keys": Checked(_keys, ({"a": {"string": {}}},), open_below=True),
            "cmek": OrNull(MapOf(_TEXT)),
            "source_attached_function_id": _TEXT,
        }
    )
)
