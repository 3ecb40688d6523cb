"""What of a call over gRPC has no word over REST, and rides beside its twin as a header of the canonical call?

None of it changes what is read or done; servers over REST never get it.
"""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.base.dialect import JSON_HEADERS
from vecgate.domain.call import Call

#: Of which kind the vectors of each search are.
VECTORS: Final = "grpc-vectors"
#: After which moment what was written must be seen.
GUARANTEED: Final = "grpc-guaranteed"
#: A page of an iterator: the server orders by key, and stops as soon as it has enough.
PAGED: Final = "grpc-paged"
#: A query that names no number, which is all there is here.
WHOLE: Final = "grpc-whole"
#: Of what was written a moment ago nothing is to be found.
GROWN: Final = "grpc-grown"
#: To how many places the scores of a search of searches are rounded.
ROUNDED: Final = "grpc-rounded"
#: A query that names no fields, which is the key alone here.
KEY: Final = "grpc-key"

#: Parameters of an index that stand in an object of their own; servers show them as they came.
NESTED: Final = "grpc-nested"


def headers(said: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The headers of a canonical call with these options."""
    return (*JSON_HEADERS, *((name, value) for name, value in said.items() if value))


def of(call: Call, name: str) -> str:
    """An option of a call; empty: it has none."""
    return next((value for key, value in call.headers if key == name), "")
