"""Who wrote this record, when, and by what? A stamp in its metadata that nobody else can write."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from vecgate.domain.call import Json
from vecgate.domain.claims import claim
from vecgate.domain.guards import AGENT, CLIENT, QUARANTINE, RESERVED, WHEN, WHO
from vecgate.domain.people import CLIENTS
from vecgate.domain.principal import Principal
from vecgate.domain.records import Metadata

#: A client's own word for itself, as far as it is one: `chromadb/1.5.9`.
_PRODUCT: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,40}(?:/[A-Za-z0-9._-]{1,20})?")


def stamp(principal: Principal, agent: str, now: float) -> dict[str, Json]:
    """The stamp of a write. Who acts for them stands in the token's `act`, the client there or in its own words."""
    acting = claim(principal.claims, "act.sub")
    named = next((text for key in CLIENTS if isinstance(text := claim(principal.claims, key), str)), "")
    product = _PRODUCT.match(agent)
    return {
        WHO: principal.user,
        WHEN: datetime.fromtimestamp(int(now), UTC).isoformat().replace("+00:00", "Z"),
        AGENT: acting if isinstance(acting, str) else "",
        CLIENT: named or (product[0] if product else ""),
    }


def reserved(metadata: Metadata | None) -> dict[str, Json]:
    """What of a record's metadata is the gateway's own, or would be."""
    return {key: value for key, value in (metadata or {}).items() if key.startswith(RESERVED)}


def changed(sent: Metadata | None, stored: Metadata | None) -> str | None:
    """The first reserved key that would be set or changed by a write; None: what comes back is as it is stored."""
    there = reserved(stored)
    wrong = (key for key, value in reserved(sent).items() if there.get(key) != value or key not in there)
    return next(wrong, None)


def shown(metadata: Metadata | None, *, stamps: bool, marks: bool) -> Mapping[str, Json] | None:
    """The metadata that is shown of a record: without what the gateway wrote, but for what a rule shows."""
    if not metadata or not any(key.startswith(RESERVED) for key in metadata):
        return metadata
    return {
        key: value
        for key, value in metadata.items()
        if not key.startswith(RESERVED) or (marks if key == QUARANTINE else stamps)
    }
