"""Calls that were recorded over gRPC: what was sent, what came back, as bytes."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[2] / "recorded"


@dataclass(frozen=True, slots=True)
class Told:
    """One call. `answer` is None where there was none."""

    source: str
    method: str
    request: bytes
    status: str
    answer: bytes | None


def told(database: str) -> Iterator[Told]:
    for line in (FOLDER / f"{database}_grpc.jsonl").read_text().splitlines():
        one = json.loads(line)
        answer = base64.b64decode(one["answer"]) if "answer" in one else None
        yield Told(one["source"], one["method"], base64.b64decode(one["request"]), str(one.get("status")), answer)
