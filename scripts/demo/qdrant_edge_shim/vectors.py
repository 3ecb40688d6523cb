"""What is a vector in a body? Dense, several, sparse, or a text that the server embeds; and how answers show one."""

from typing import Any, Final

import numpy as np
import qdrant_edge as q

from demo.qdrant_edge_shim import reading
from demo.qdrant_edge_shim.faults import Fault
from demo.qdrant_edge_shim.reading import Bad, members, need

_NO_INFERENCE: Final = (
    "Service internal error: InferenceService URL not configured - please provide valid address in config"
)
#: What a text, a picture or an object to be embedded has, beside `model` and `options`.
_EMBEDDED: Final = ("text", "image", "object")
_BM25: Final = "qdrant/bm25"


def _is_numbers(value: Any) -> bool:
    return isinstance(value, list) and all(type(one) in (int, float) for one in value)


def is_embedded(value: Any) -> bool:
    return isinstance(value, dict) and "model" in value and any(name in value for name in _EMBEDDED)


def embedded(value: dict[str, Any], *, query: bool) -> q.SparseVector:
    """A text under BM25, which needs no model; anything else needs a service that is not there."""
    if "text" not in value or str(value["model"]).lower() != _BM25:
        raise Fault(500, _NO_INFERENCE)
    model = q.Bm25(q.Bm25Config(**(value.get("options") or {})))
    text = reading.string(value["text"])
    return model.embed_query(text) if query else model.embed_document(text)


def sparse(value: Any, where: str) -> q.SparseVector:
    found = members(value, "SparseVector", ("indices", "values"), loose=True)
    indices, values = need(found, "indices"), need(found, "values")
    if not (_is_numbers(values) and isinstance(indices, list)):
        raise Bad("data did not match any variant of untagged enum Vector")
    indices = [reading.usize(one, "u32") for one in indices]
    if len(set(indices)) != len(indices):
        raise Fault.invalid(f"{where}.indices", "Validation error: must be unique [{}]")
    if len(indices) != len(values):
        raise Fault.invalid(f"{where}.values", "Validation error: must be the same length as indices [{}]")
    return q.SparseVector(indices, [float(one) for one in values])


def one(value: Any, where: str, *, query: bool = False) -> Any:
    """One vector under one name. Raises Bad where it is none."""
    if _is_numbers(value):
        if not value:
            raise Fault.invalid(f"{where}.vector", "dense vector must not be empty")
        return [float(x) for x in value]
    if isinstance(value, list) and all(_is_numbers(row) for row in value):
        if not all(value):
            raise Fault.invalid(f"{where}.vector", "dense vector must not be empty")
        return [[float(x) for x in row] for row in value]
    if is_embedded(value):
        return embedded(value, query=query)
    if isinstance(value, dict) and "indices" in value and "values" in value:
        return sparse(value, where)
    raise Bad("data did not match any variant of untagged enum Vector")


def of_point(value: Any, where: str) -> Any:
    """All vectors of a point: one without a name, or several with names."""
    try:
        if isinstance(value, dict) and not is_embedded(value):
            return {name: one(inner, f"{where}.?") for name, inner in value.items()}
        return one(value, where)
    except Bad:
        raise Bad("data did not match any variant of untagged enum VectorStruct") from None


def shown(value: Any) -> Any:
    """A vector as an answer has it: 32 bits, in the fewest digits."""
    if isinstance(value, q.SparseVector):
        return {"indices": value.indices, "values": np.asarray(value.values, np.float32)}
    if isinstance(value, dict):
        return {name: shown(inner) for name, inner in value.items()}
    if value and isinstance(value[0], list):
        return [np.asarray(row, np.float32) for row in value]
    return np.asarray(value, np.float32)


def average(many: list[Any]) -> Any:
    """The mean of vectors of one kind, as recommendations are made."""
    if isinstance(many[0], q.SparseVector):
        sums: dict[int, float] = {}
        for vector in many:
            for index, value in zip(vector.indices, vector.values, strict=True):
                sums[index] = sums.get(index, 0.0) + value / len(many)
        return q.SparseVector(sorted(sums), [sums[index] for index in sorted(sums)])
    if isinstance(many[0][0], list):
        return [row for vector in many for row in vector]
    return np.mean(np.asarray(many, np.float32), axis=0, dtype=np.float32)


def recommended(positive: list[Any], negative: list[Any]) -> Any:
    """Where `average_vector` looks: the mean of what is liked, away from the mean of what is not."""
    liked = average(positive)
    if not negative:
        return liked.tolist() if isinstance(liked, np.ndarray) else liked
    away = average(negative)
    if isinstance(liked, np.ndarray):
        return (liked + liked - away).tolist()
    if isinstance(liked, q.SparseVector):
        minus = dict(zip(away.indices, away.values, strict=True))
        both = dict(zip(liked.indices, liked.values, strict=True))
        keys = sorted({*both, *minus})
        return q.SparseVector(keys, [2 * both.get(key, 0.0) - minus.get(key, 0.0) for key in keys])
    return [*liked, *([-x for x in row] for row in away)]
