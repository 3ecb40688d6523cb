"""What is in the demo's second database? The same five hundred tickets, as frameworks keep them: texts in payloads."""

import http.client
import json
from typing import Any, Final

from demo.seed import ALL_TICKETS, COLLECTION, DIMENSIONS, embed

BASE: Final = f"/collections/{COLLECTION}"


def _ask(connection: http.client.HTTPConnection, method: str, path: str, body: Any = None) -> Any:
    headers = {"Content-Type": "application/json"}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    raw = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"Qdrant answers {answer.status} on {method} {path}")
    return json.loads(raw)["result"]


def plant(connection: http.client.HTTPConnection) -> int:
    """Fill the collection, over any connection to Qdrant. Returns how many points it then holds. Safe to repeat."""
    if not _ask(connection, "GET", f"{BASE}/exists")["exists"]:
        _ask(connection, "PUT", BASE, {"vectors": {"size": DIMENSIONS, "distance": "Cosine"}})
        _ask(connection, "PUT", f"{BASE}/index?wait=true", {"field_name": "status", "field_schema": "keyword"})
    points = [
        {"id": number, "vector": embed(ticket.text), "payload": {"document": ticket.text, **ticket.metadata}}
        for number, ticket in enumerate(ALL_TICKETS, 1)
    ]
    _ask(connection, "PUT", f"{BASE}/points?wait=true", {"points": points})
    return int(_ask(connection, "POST", f"{BASE}/points/count", {})["count"])
