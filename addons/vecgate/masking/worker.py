"""Who does the reading? A process of its own: `python -m vecgate.masking.worker MODEL [SHA256 [xx=MODEL[:SHA256]]...]`.

`xx`: the language (ISO 639-1) that another model reads; an empty SHA256 is the known one.

It says `{"ready": VERSION}` or `{"refused": WHY}`, then answers each `{"texts": [[value, look, hint, level], ...]}`
with `{"findings": [[[start, end, entity, source], ...], ...]}` or `{"failed": KIND}`. It ends when its input ends,
that is with its parent. It never writes text anywhere: no log, no traceback, no core dump.
"""

import os
import resource
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

from vecgate.masking import frames
from vecgate.masking.detect import Detector
from vecgate.masking.model import Model, ModelRefused
from vecgate.masking.texts import Text

_REFUSED: Final = 3


def rules() -> str:
    """Which rules these are: a digest (hex) of the code that finds. Findings of others are not ours."""
    here = Path(__file__).parent
    mark = sha256()
    for file in sorted(here.rglob("*.py"), key=lambda f: f.relative_to(here).as_posix()):
        mark.update(file.relative_to(here).as_posix().encode() + b"\0" + sha256(file.read_bytes()).digest())
    return mark.hexdigest()


def _silence() -> BinaryIO:
    """The pipe to the parent. Anything else that is printed by anybody goes nowhere."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pipe = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return pipe


def _say(pipe: BinaryIO, tree: Any) -> None:
    pipe.write(frames.pack(tree))
    pipe.flush()


def _hear(pipe: BinaryIO) -> Any | None:
    """The next frame; None when the parent is gone."""
    head = pipe.read(frames.HEAD)
    if len(head) < frames.HEAD:
        return None
    size = frames.length(head)
    body = pipe.read(size)
    return frames.unpack(body) if len(body) == size else None


def _answer(detector: Detector, asked: Any) -> dict[str, Any]:
    try:
        texts = [Text(value, look, hint, level) for value, look, hint, level in asked["texts"]]
        found = detector.analyse(texts)
    except (ValueError, TypeError, LookupError) as e:
        return {"failed": type(e).__name__}  # the kind only: a message may quote the text
    return {"findings": [[[f.start, f.end, f.entity, f.source] for f in one] for one in found]}


def _others(arguments: Iterable[str]) -> dict[str, Model]:
    """Language -> model of `xx=MODEL[:SHA256]`. Raises ModelRefused."""
    models = {}
    for argument in arguments:
        language, _, named = argument.partition("=")
        name, _, pinned = named.partition(":")
        models[language] = Model(name, pinned or None)
    return models


def main(name: str, pinned: str = "", *others: str) -> int:
    """Serve until the input ends. Returns the exit status."""
    ears, mouth = sys.stdin.buffer, _silence()
    try:
        model, readers = Model(name, pinned or None), _others(others)
    except ModelRefused as e:
        _say(mouth, {"refused": str(e)})
        return _REFUSED
    detector = Detector(model, readers)
    versions = [model.version, *(f"{language}={one.version}" for language, one in sorted(readers.items()))]
    _say(mouth, {"ready": f"{' '.join(versions)} {rules()}"})
    while (asked := _hear(ears)) is not None:
        _say(mouth, _answer(detector, asked))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
