"""Is an answer to be got to know ahead of others' reads? `vecgate warm` asks for it in a header."""

from typing import Final

from vecgate.domain.exchange import Exchange
from vecgate.domain.profiles import SENSITIVITIES

#: The header that asks for it, and tells how it went: `seen=120, analysed=20`.
WARM: Final = "vecgate-warm"
LEVELS: Final = ("all", *SENSITIVITIES)


def warm_wish(exchange: Exchange) -> str | None:
    """For which sensitivity an answer is to be got to know ahead of others' reads ("all": for each); None: for none.

    `vecgate warm` asks for it, in a header. Workers do it when nobody else wants them, so anybody may ask.
    """
    wish = next((value for name, value in exchange.raw.headers if name == WARM), None)
    return wish if wish in LEVELS else None
