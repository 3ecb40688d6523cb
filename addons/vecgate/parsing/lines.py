"""Can several JSON objects, one a line (ndjson), be read in one way only? Each strictly, all of them bounded as one.

They become one tree, which is what is decided on, masked and recorded; a dialect writes it as lines again as it leaves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from vecgate.domain.call import Json
from vecgate.parsing import strict_json
from vecgate.parsing.forms import Form, unreadable

type Tree = dict[str, Json]

#: The bytes that end a line, as every server takes them; a carriage return before it is blank space of JSON.
_END: Final = b"\n"
#: Behind the last line such bytes begin none, at any server; between lines some take an empty one for an object.
_ENDS: Final = b"\r\n"


@dataclass(frozen=True, slots=True)
class Lines:
    """A body of lines. `gathered`: the tree of them (raises CallRefused); `parted`: its lines; `like`: its form."""

    gathered: Callable[[list[Tree]], Tree]
    parted: Callable[[Tree], list[Json]]
    like: Form

    def read(self, value: Json, at: str) -> Json:
        """The tree in its one form."""
        return self.like.read(value, at)


def read(raw: bytes) -> list[Tree]:
    """The objects of a text, one a line; the last line may lack its end, or have empty ones behind it.

    Raises NotStrict, CallRefused.
    """
    strict_json.within(raw)
    found = list[Tree]()
    for number, line in enumerate(raw.rstrip(_ENDS).split(_END), start=1):
        if not line.strip():
            raise strict_json.NotStrict(f"line {number} is empty")
        try:
            tree = strict_json.parse(line)
        except strict_json.NotStrict as e:
            raise strict_json.NotStrict(f"line {number}: {e}") from e
        if not isinstance(tree, dict):
            unreadable(f"line {number} must be a JSON object")
        found.append(tree)
    return found


def written(trees: list[Json]) -> bytes:
    """Objects as lines, each with its end."""
    return b"".join(strict_json.dump(tree) + _END for tree in trees)
