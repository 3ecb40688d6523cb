"""Which of these records carry instructions to a model? Each text of a record is judged, and judged once.

What was judged is remembered by a digest of the text, as many times as there is room. What is new and long is judged in
a thread, so that the loop goes on with others.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Final

import orjson

from vecgate.domain.call import Json
from vecgate.domain.guards import QUARANTINE, RESERVED, Guards
from vecgate.domain.records import Metadata, Record
from vecgate.guards.poison.judge import INNOCENT, Verdict, judge

#: Characters that are judged on the loop: a few milliseconds.
AT_ONCE: Final = 1000
REMEMBERED: Final = 16_384
#: So often JSON is looked for in a text of JSON.
_DEEPEST: Final = 3
#: Before the reasons in a record's mark: kept back from readers.
WITHHELD: Final = "withhold"


class Quarantine:
    """Judges records, and remembers."""

    def __init__(self) -> None:
        self._known: dict[bytes, Verdict] = {}

    async def verdicts(self, records: Sequence[Record]) -> dict[int, Verdict]:
        """The verdict on each record that carries instructions, by its place."""
        texts = [[*_texts(record)] for record in records]
        names = {
            text: _name(text) for text in {text for some in texts for text in some}
        }  # most keys are in all of them
        known = {
            name: self._known[name] for name in names.values() if name in self._known
        }  # by then it may be forgotten
        judged = await self._judged({name: text for text, name in names.items() if name not in known})
        said = known | judged
        found = {place: _worst([said[names[text]] for text in some]) for place, some in enumerate(texts)}
        self._remember(judged)
        return {place: verdict for place, verdict in found.items() if verdict.carries}

    async def _judged(self, new: Mapping[bytes, str]) -> dict[bytes, Verdict]:
        def work() -> dict[bytes, Verdict]:
            return {name: judge(text) for name, text in new.items()}

        return work() if sum(map(len, new.values())) <= AT_ONCE else await asyncio.to_thread(work)

    def _remember(self, judged: Mapping[bytes, Verdict]) -> None:
        if len(self._known) + len(judged) > REMEMBERED:
            self._known.clear()
        self._known.update([*judged.items()][:REMEMBERED])


def _name(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _texts(record: Record) -> Iterator[str]:
    if record.id is not None and len(record.id.split()) > 1:  # an id that says something is read like any text
        yield record.id
    for _, text in record.texts:
        yield from _leaves(text)
    yield from _leaves({k: v for k, v in (record.metadata or {}).items() if not k.startswith(RESERVED)})


def _leaves(node: Json, unpacked: int = 0) -> Iterator[str]:
    if isinstance(node, str):
        yield node
        yield from _inside(node, unpacked)
    elif isinstance(node, dict):
        for key, inner in node.items():
            yield key
            yield from _leaves(inner, unpacked)
    elif isinstance(node, list):
        for inner in node:
            yield from _leaves(inner, unpacked)


def _inside(text: str, unpacked: int) -> Iterator[str]:
    """The texts in one that is JSON, as frameworks store whole documents: escapes would hide what they say."""
    if unpacked >= _DEEPEST or text.lstrip()[:1] not in ("{", "[", '"'):
        return
    try:
        tree: Json = orjson.loads(text)
    except orjson.JSONDecodeError:
        return
    yield from _leaves(tree, unpacked + 1)


def _worst(verdicts: Sequence[Verdict]) -> Verdict:
    return max(verdicts, key=lambda verdict: verdict.score, default=INNOCENT)


def told(verdicts: Mapping[int, Verdict]) -> list[Json]:
    """What a journal says of them: places, scores and families; no text."""
    return [
        {"record": place, "score": verdict.score, "families": [*verdict.families]}
        for place, verdict in sorted(verdicts.items())
    ]


def mark(how: str, verdict: Verdict) -> dict[str, Json]:
    """What is written beside such a record."""
    return {QUARANTINE: f"{how}: {', '.join(verdict.families)}"}


def shows_marks(guards: Guards) -> bool:
    """Whether a rule shows the marks of poisoned records, and those that were to be kept back, too."""
    return guards.quarantine == "mark" or guards.show_stamp


def is_withheld(metadata: Metadata | None) -> bool:
    """Whether it was marked to be kept back when it was written."""
    said = (metadata or {}).get(QUARANTINE)
    return isinstance(said, str) and said.startswith(WITHHELD)
