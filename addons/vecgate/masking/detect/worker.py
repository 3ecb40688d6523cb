"""Who does the reading? A process of its own.

    python -m vecgate.masking.detect.worker MODEL [SHA256 [xx=MODEL[:SHA256]]...]

`xx`: the language (ISO 639-1) that another model reads; an empty SHA256 is the known one.

It says `{"ready": VERSION}` or `{"refused": WHY}`, then answers each `{"texts": [[value, look, hint, level], ...]}`
with `{"findings": [[[start, end, entity, source], ...], ...]}` or `{"failed": KIND}`, and with the question's `id` if
there is one. While it reads a long text, it takes another question in between. It ends when its input ends, that is
with its parent. It never writes text anywhere: no log, no traceback, no core dump.
"""

import os
import resource
import select
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

from vecgate.masking.detect import frames
from vecgate.masking.detect.detector import Detector
from vecgate.masking.detect.model import Model, ModelRefused
from vecgate.masking.detect.texts import Text

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
    head = _exactly(pipe, frames.HEAD)
    body = _exactly(pipe, frames.length(head)) if head else None
    return frames.unpack(body) if body is not None else None


def _exactly(pipe: BinaryIO, size: int) -> bytes | None:
    got = bytearray()
    while len(got) < size:
        more = pipe.read(size - len(got))
        if not more:
            return None
        got += more
    return bytes(got)


def _answer(detector: Detector, asked: Any) -> dict[str, Any]:
    try:
        texts = [Text(value, look, hint, level) for value, look, hint, level in asked["texts"]]
        found = detector.analyse(texts)
    except (ValueError, TypeError, LookupError) as e:
        return {"failed": type(e).__name__}  # the kind only: a message may quote the text
    return {"findings": [[[f.start, f.end, f.entity, f.source] for f in one] for one in found]}


class _Desk:
    """Questions come in, answers go out; one at a time, but for a long one, which is put aside for a moment."""

    def __init__(self, ears: BinaryIO, mouth: BinaryIO, detector: Detector) -> None:
        self._ears, self._mouth, self._detector = ears, mouth, detector
        self._inside = False
        detector.listen(self._breathe)

    def serve(self) -> None:
        while (asked := _hear(self._ears)) is not None:
            self._answer(asked)

    def _answer(self, asked: Any) -> None:
        about = {"id": asked["id"]} if isinstance(asked, dict) and "id" in asked else {}
        _say(self._mouth, _answer(self._detector, asked) | about)

    def _breathe(self) -> None:
        if self._inside or not select.select([self._ears], [], [], 0)[0]:
            return
        self._inside = True
        try:
            if (asked := _hear(self._ears)) is not None:
                self._answer(asked)
        finally:
            self._inside = False


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
    ears, mouth = os.fdopen(os.dup(0), "rb", buffering=0), _silence()
    try:
        model, readers = Model(name, pinned or None), _others(others)
    except ModelRefused as e:
        _say(mouth, {"refused": str(e)})
        return _REFUSED
    detector = Detector(model, readers)
    versions = [model.version, *(f"{language}={one.version}" for language, one in sorted(readers.items()))]
    _say(mouth, {"ready": f"{' '.join(versions)} {rules()}"})
    _Desk(ears, mouth, detector).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
