"""What was recorded of a database, call by call: as it stands there, and as it went over the wire."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from vecgate.domain.exchange import Raw

_FOLDER: Final = Path(__file__).resolve().parents[2] / "recorded"


def rows(database: str) -> Iterator[dict[str, Any]]:
    for line in (_FOLDER / f"{database}.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


def raw(row: dict[str, Any], *headers: tuple[str, str]) -> Raw:
    """The request, with its content type and further headers."""
    said, target = row["request"] or {"text": ""}, row["path"] + (f"?{row['query']}" if row["query"] else "")
    if "json" in said:
        body = json.dumps(said["json"]).encode()
    else:
        body = base64.b64decode(said["base64"]) if "base64" in said else said["text"].encode("utf-8", "surrogatepass")
    kind = (("content-type", row["content_type"]),) if row["content_type"] else ()
    return Raw(row["method"], target, (*kind, *headers), body)
