"""Runs the cases of a client's script, one after the other, and prints what each gave: a value, or what its user is told."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

#: Made up, and the same in each run: what comes out must be the same with the gateway and without it.
TEXTS = ["the thermostat is broken", "a refund for the thermostat", "the invoice came twice", "how do I reset it"]
IDS = ["d0", "d1", "d2", "d3"]
METADATA = [
    {"status": "open", "n": 0, "document_id": "doc-0"},
    {"status": "closed", "n": 1},
    {"status": "open", "n": 2},
    {"status": "new", "n": 3},
]
#: Ids of databases that take numbers.
NUMBERS = [1, 2, 3, 4]
VECTORS = [[1.0, 0.0, 0.0], [0.8, 0.6, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]

#: What a reader gets masked; of a status that the reader may see.
PERSON = "Call Anna Schmidt at anna.schmidt@example.org"


def embed(text: str) -> list[float]:
    """Three numbers that depend on the text alone."""
    return next((one for end, one in zip(TEXTS, VECTORS, strict=True) if text.endswith(end)), [0.6, 0.6, 0.5])


def payloads() -> list[dict[str, Any]]:
    """Texts and what is kept beside them, in one."""
    return [{"document": text, **one} for text, one in zip(TEXTS, METADATA, strict=True)]


def told() -> dict[str, Any]:
    """`host`, `port`, `ssl` or `url`, and `collection`, from standard input."""
    found: dict[str, Any] = json.load(sys.stdin)
    return found


def rounded(value: Any) -> Any:
    """The same with numbers that two machines agree on, and nothing but JSON."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Mapping):
        return {str(key): rounded(inner) for key, inner in value.items()}
    if hasattr(value, "tolist"):
        return rounded(value.tolist())
    if isinstance(value, (list, tuple, set)):
        return [rounded(inner) for inner in value]
    return value if isinstance(value, (str, int, bool, type(None))) else str(value)


def run(parts: Mapping[str, list[Callable[[], Any]]]) -> None:
    """The part that is named on the command line. What a case raises is what its user sees."""
    found = {}
    for case in parts[sys.argv[1]]:
        try:
            found[case.__name__] = {"gave": rounded(case())}
        except Exception as e:  # noqa: BLE001
            found[case.__name__] = {"said": f"{type(e).__name__}: {e}"}
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    os._exit(0)  # some clients leave threads behind


async def run_async(parts: Mapping[str, list[Callable[[], Any]]]) -> None:
    """The same for coroutines."""
    found = {}
    for case in parts[sys.argv[1]]:
        try:
            found[case.__name__] = {"gave": rounded(await asyncio.wait_for(case(), 60))}
        except Exception as e:  # noqa: BLE001
            found[case.__name__] = {"said": f"{type(e).__name__}: {e}"}
    sys.stdout.write(json.dumps(found) + "\n")
