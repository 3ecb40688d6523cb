"""How near are two vectors, without keeping them? A sketch of 256 bits: on which side of 256 planes a vector lies.

The share of bits in which two sketches differ is the angle between their vectors by pi (Charikar 2002). The planes are
the same in every worker: they are drawn from a fixed seed, for each number of dimensions.
"""

import math
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final, NamedTuple

import orjson

from vecgate.domain.call import Json

BITS: Final = 256
_SEED: Final = 20_261_128
_MOST_DIMENSIONS: Final = 65_536


@lru_cache(maxsize=8)
def _planes(dimensions: int) -> Any:
    import numpy as np  # only where somebody asks for it: it takes megabytes of every worker

    return np.random.default_rng(_SEED).standard_normal((BITS, dimensions), dtype=np.float32)


class Sketch(NamedTuple):
    """On which sides of the planes a vector lies, and a digest that tells it from all others.

    `alike` is false of what is no dense vector with a direction: nobody knows what it is near to.
    """

    sides: bytes
    exact: bytes
    alike: bool = True


def sketch(value: Json) -> Sketch:
    """The sketch of a vector, or of whatever else a search is made with."""
    import numpy as np

    if not isinstance(value, list) or not 0 < len(value) <= _MOST_DIMENSIONS or not {*map(type, value)} <= {int, float}:
        return _unlike(value)
    given = np.asarray(value, dtype=np.float64)
    length = float(np.linalg.norm(given))
    if not math.isfinite(length) or length == 0.0:
        return _unlike(value)
    sides = _planes(len(value)) @ (given / length).astype(np.float32) > 0
    return Sketch(bytes(np.packbits(sides)), blake2b(given.tobytes(), digest_size=8).digest())


def _unlike(value: Json) -> Sketch:
    raw = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return Sketch(bytes(BITS // 8), blake2b(raw, digest_size=8).digest(), alike=False)


def bits(distance: float) -> int:
    """In how many bits the sketches of two vectors of that cosine distance differ."""
    return round(BITS * math.acos(max(-1.0, min(1.0, 1.0 - distance))) / math.pi)
