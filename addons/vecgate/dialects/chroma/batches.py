"""How many records may one write hold? What the server says, held against what this gateway takes.

The number has to be true of every batch: of vectors as long as any in common use, written out as text, each with a
document. Clients that pack their vectors (base64) or use shorter ones fit more into a body than they are told.
"""

from typing import Final

from vecgate.dialects.base.dialect import Room
from vecgate.domain.call import Json

_KEY: Final = "max_batch_size"
#: As much as the server takes in a body (`max_payload_size_bytes`).
SERVER_BODY: Final = 40 * 1024 * 1024
DIMENSIONS: Final = 3072
#: One number of a vector, written out in full, with what stands between two.
_NUMBER_BYTES: Final = 22
#: Id, document, uri and metadata of one record: bytes, values, objects and arrays, and characters to look at.
_REST_BYTES: Final = 2048
_REST_VALUES: Final = 64
_CONTAINERS: Final = 16
_CHARACTERS: Final = 2000


def most(room: Room) -> int:
    """The records that fit into one write, whatever they are."""
    return max(
        1,
        min(
            min(room.body, SERVER_BODY) // (DIMENSIONS * _NUMBER_BYTES + _REST_BYTES),
            room.values // (DIMENSIONS + _REST_VALUES),
            room.containers // _CONTAINERS,
            room.text // _CHARACTERS,
        ),
    )


def promised(tree: Json, room: Room) -> Json:
    """The server's own limits, no wider than what passes here."""
    said = tree.get(_KEY) if isinstance(tree, dict) else None
    if not isinstance(tree, dict) or type(said) is not int:
        return tree
    return {**tree, _KEY: min(said, most(room))}
