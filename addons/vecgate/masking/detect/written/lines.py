"""Where does a name end that goes on in the next line of prose? "the statement of Paula", "Paschoud taken on"."""

import re
from typing import Final

from vecgate.masking.detect.known import is_name
from vecgate.masking.detect.patterns.person import NOT_NAMES

#: Small letters before the name: it stands in a sentence, not in a list.
_PROSE: Final = re.compile(r"[a-z]{2,}[,;]? \Z")
_PARTICLE: Final = r"(?:[\u00d3O]|N\u00ed|Mac|Mc|El|Al|Van|De|Von|Di|Da|Le|La|van|von|de|der|den|bin|al|el)[ '\u2019]"
_NEXT: Final = re.compile(
    rf"[ ]?\n[ ]{{0,8}}((?:{_PARTICLE}){{0,2}}([^\W\d_a-z][^\W\d_]+(?:['\u2019-][^\W\d_]+)*?))"
    r"(?=['\u2019]s\b|[,;.]?(?: [a-z(]|\n[a-z]))"
)
_REACH: Final = 16


def over_line(text: str, start: int, end: int) -> int:
    """The end of the name [start, end), a given one, with a name that begins the next line; `end` if there is none."""
    following = _NEXT.match(text, end)
    if following is None or not _PROSE.search(text, max(0, start - _REACH), start):
        return end
    return following.end(1) if is_name(following[2]) and following[2] not in NOT_NAMES else end
