"""With which versions of its server was a dialect tested, and how does a server tell its own? Rows of a dialect."""

import json
import re
from dataclasses import dataclass
from typing import Final

from vecgate.domain.call import Answer, Call

#: What is taken of a version that a server tells: no more than belongs to one.
_VERSION: Final = re.compile(r"v?([0-9][0-9A-Za-z.+-]{0,40})")


@dataclass(frozen=True, slots=True)
class Tested:
    """`versions`: each stands for all that begin so (`2.19` for 2.19.6). `call` asks a server for its own, told `at`.

    `unasked`: why it cannot be asked, where there is no such call. `also`: what the answer must say, too, or it is
    another database.
    """

    versions: tuple[str, ...]
    call: Call | None = None
    at: tuple[str, ...] = ()
    unasked: str = ""
    also: tuple[tuple[str, ...], str] | None = None

    def covers(self, version: str) -> bool:
        """Whether it is one of those."""
        return any(version == one or version.startswith((f"{one}.", f"{one}-")) for one in self.versions)

    def told(self, answer: Answer) -> str | None:
        """The version that an answer tells; None where it tells none, and `another database` where that is what it is."""
        try:
            tree = json.loads(answer.body) if answer.status == 200 else None
        except (ValueError, RecursionError):
            return None
        if self.also is not None and tree is not None and _in(tree, self.also[0]) != self.also[1]:
            return "of another database"
        found = _VERSION.fullmatch(str(_in(tree, self.at)))
        return found[1] if found else None


def _in(tree: object, path: tuple[str, ...]) -> object:
    for key in path:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


#: Of a dialect that says nothing of it.
NONE_TESTED: Final = Tested((), unasked="its dialect names no versions")
