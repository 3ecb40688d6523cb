"""Which pages are there? One table: address, and who makes it. All that they show is what the gateway's API tells."""

import re
from typing import Final

from vecgate.console.pages import access, ask, calls, history, inbox, locks, passkeys, policies, sessions
from vecgate.console.visit import TEMPLATES, Row

ROWS: Final[tuple[Row, ...]] = (
    *(*inbox.ROWS, *ask.ROWS, *access.ROWS, *calls.ROWS),
    *(*history.ROWS, *locks.ROWS, *sessions.ROWS, *policies.ROWS, *passkeys.ROWS),
)
_ORDER: Final = ("Inbox", "My access", "Ask", "Grants", "Locks", "History", "Sessions", "Policies", "Passkeys")

#: The list of pages, as each page shows it.
NAMED: Final = tuple(sorted((row for row in ROWS if row.name), key=lambda row: _ORDER.index(row.name)))
_SEEN: Final = [re.compile(row.path.replace("{id}", row.id)) for row in ROWS if row.method == "GET"]

TEMPLATES.env.globals["named"] = NAMED


def is_one(path: str) -> bool:
    """Whether it is a page of this console, and nothing else: what one may be sent back to after logging in."""
    return any(seen.fullmatch(path) for seen in _SEEN)
