"""How near are two vectors, without keeping them? A sketch of 256 bits: on which side of 256 planes a vector lies.

The share of bits in which two sketches differ is the angle between their vectors by pi (Charikar 2002). The planes are
the same in every worker: they are drawn from a fixed seed, for each number of dimensions.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final, NamedTuple

BITS: Final = 256
_SEED: Final = 20_261_128
_MOST_DIMENSIONS: Final = 65_536


@lru_cache(maxsize=8)
def _planes(dimensions: int) -> Any:
    import numpy as np  # only where somebody asks for it: it takes megabytes of every worker

    return np.random.default_rng(_SEED).standard_normal((BITS, dimensions), dtype=np.float32)


class Sketch(NamedTuple):
    """On which sides of the planes a vector lies, and a digest that tells it from all others."""

    sides: bytes
    exact: bytes


def sketch(vector: Sequence[float]) -> Sketch | None:
    """The sketch of a vector; None for one without a direction."""
    import numpy as np

    if not 0 < len(vector) <= _MOST_DIMENSIONS:
        return None
    given = np.asarray(vector, dtype=np.float64)
    length = float(np.linalg.norm(given))
    if not math.isfinite(length) or length == 0.0:
        return None
    sides = _planes(len(vector)) @ (given / length).astype(np.float32) > 0
    return Sketch(bytes(np.packbits(sides)), blake2b(given.tobytes(), digest_size=8).digest())


def bits(distance: float) -> int:
    """In how many bits the sketches of two vectors of that cosine distance differ."""
    return round(BITS * math.acos(max(-1.0, min(1.0, 1.0 - distance))) / math.pi)
