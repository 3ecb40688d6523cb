"""How is a text that is JSON written with what is shown in it? Stretch by stretch; all else stays byte for byte."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from vecgate.masking.apply.embedded.inner import Frame, Inner, Slot
from vecgate.masking.apply.embedded.parsed import Parsed, spans
from vecgate.masking.apply.operators._base import DROP, Drop
from vecgate.masking.detect.texts import Text
from vecgate.parsing.strict_json import dump

#: What is put in the place of a stretch of a text: offsets (end exclusive), and what is there now.
type Edit = tuple[int, int, str]
type Shown = dict[Text, str | Drop]
#: The stretches of a text that change.
type Parts = Callable[[Text], Sequence[Edit]]

_ESCAPE: Final = re.compile(r"\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\.", re.DOTALL)


def written(inner: Inner, shown: Shown, parts: Parts) -> str | Drop:
    """The whole text, as it is shown; the very same one where nothing in it changes."""
    edits = _edits(inner, shown, parts)
    return edits if isinstance(edits, Drop) else _applied(inner.text, edits)


def _applied(text: str, edits: Iterable[Edit]) -> str:
    out, at = list[str](), 0
    for start, end, new in edits:
        out += (text[at:start], new)
        at = end
    return "".join((*out, text[at:])) if out else text


def _edits(inner: Inner, shown: Shown, parts: Parts) -> list[Edit] | Drop:
    """What changes in its text, in order and apart from each other."""
    if inner.plain is not None:
        plain = _of(inner.plain, shown, parts)
        return plain if isinstance(plain, Drop) else [*plain]
    words = None if inner.parsed is None else _in_strings(inner, inner.parsed, shown, parts)
    if words is None and inner.parsed is not None:
        inner.locate()
    return _in_slots(inner, shown, parts) if words is None else words


def _in_slots(inner: Inner, shown: Shown, parts: Parts) -> list[Edit] | Drop:
    edits: list[Edit] = []
    cut: dict[Frame, set[int]] = {}
    for slot in inner.slots:
        changes = _changes(inner.text, slot, shown, parts)
        if not isinstance(changes, Drop):
            edits += changes
        elif slot.frame is None and slot.kind == "string" and len(inner.slots) == 1:
            return DROP
        elif slot.frame is not None and slot.frame.closing == "}":
            cut.setdefault(slot.frame, set()).add(slot.member)
        else:  # its place in a list stays: others are counted by it
            edits.append((slot.start, slot.end, "" if slot.kind == "text" else "null"))
    for frame in inner.maps:
        edits += _renamed(frame, shown, cut)
    for frame, members in cut.items():
        edits += _cut(frame, members)
    return _apart(edits)


def _in_strings(inner: Inner, parsed: Parsed[Inner], shown: Shown, parts: Parts) -> list[Edit] | None:
    """What changes, where that is words in strings only."""
    if any(shown[text] != text.value for text in parsed.others):
        return None
    changed = list[tuple[int, Sequence[Edit]]]()
    for before, source in parsed.strings:
        changes = _edits(source, shown, parts) if isinstance(source, Inner) else _of(source, shown, parts)
        if isinstance(changes, Drop):
            return None
        if changes:
            changed.append((before, changes))
    stand = spans(inner.text) if changed else []
    return [edit for before, changes in changed for edit in _within(inner.text, *stand[before], changes)]


def _within(text: str, start: int, end: int, changes: Sequence[Edit]) -> list[Edit]:
    """Changes of a string's value as changes of the text in which it stands, with its quotes."""
    place = _places(text, start + 1, end - 1)
    return [(place(a), place(b), dump(new).decode()[1:-1]) for a, b, new in changes]


def _apart(edits: list[Edit]) -> list[Edit]:
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e[0], -e[1])):
        if not kept or edit[0] >= kept[-1][1]:  # else it lies in what is cut out
            kept.append(edit)
    return kept


def _changes(text: str, slot: Slot, shown: Shown, parts: Parts) -> list[Edit] | Drop:
    source, start, end = slot.source, slot.start, slot.end
    if isinstance(source, Drop):
        return source
    if isinstance(source, str):
        return [(start, end, dump(source).decode())]
    if isinstance(source, Inner):
        changes: Sequence[Edit] | Drop = _edits(source, shown, parts)
    else:
        changes = _of(source, shown, parts)
    if isinstance(changes, Drop):
        return changes
    if not changes:
        return []
    if slot.kind == "whole":
        return [(start, end, dump(str(shown[source])).decode())] if isinstance(source, Text) else []
    if slot.kind == "text":
        return [(start + a, start + b, new) for a, b, new in changes]
    return _within(text, start, end, changes)


def _of(text: Text, shown: Shown, parts: Parts) -> Sequence[Edit] | Drop:
    now = shown[text]
    if isinstance(now, Drop):
        return now
    return () if now == text.value else parts(text)


def _places(text: str, start: int, end: int) -> Callable[[int], int]:
    """Where the characters of a JSON string stand in the text that it was written in."""
    if "\\" not in text[start:end]:
        return lambda i: start + i
    places, at = list[int](), start
    for found in _ESCAPE.finditer(text, start, end):
        places += range(at, found.start() + 1)
        at = found.end()
    places += range(at, end + 1)
    return places.__getitem__


def _cut(frame: Frame, members: set[int]) -> Iterator[Edit]:
    """Members of an object go away, with a comma."""
    first_kept = next((i for i in range(len(frame.starts)) if i not in members), len(frame.starts))
    for i in sorted(members):
        if i > first_kept:
            yield frame.ends[i - 1], frame.ends[i], ""
        elif i + 1 < len(frame.starts):
            yield frame.starts[i], frame.starts[i + 1], ""
        else:
            yield frame.starts[i], frame.ends[i], ""


def _renamed(frame: Frame, shown: Shown, cut: dict[Frame, set[int]]) -> Iterator[Edit]:
    """Keys that are data get their shown names, in their order; none takes another's place."""
    names = Names(key for key, _ in frame.keys)
    for i, (key, end) in enumerate(frame.keys):
        text = frame.named.get(i)
        name = key if text is None else renamed(key, text, shown)
        if isinstance(name, Drop):
            cut.setdefault(frame, set()).add(i)
            continue
        if i in cut.get(frame, ()):
            continue
        name = names.given(key, name)
        if name != key:
            yield frame.starts[i], end, dump(name).decode()


class Names:
    """The names that the keys of one map get; none takes another's place."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._times: dict[str, int] = {}  # or thousands of keys with one name would each try the names of all before

    def given(self, key: str, wanted: str) -> str:
        """The name of a key that is to be called so."""
        name = wanted
        while name != key and name in self._taken:
            self._times[wanted] = number = self._times.get(wanted, 0) + 1
            name = f"{wanted}_{number}" if number > 1 else f"{wanted}_"
        self._taken.add(name)
        return name


def renamed(key: str, text: Text, shown: Shown) -> str | Drop:
    """What a key is called that was looked at as that text, which may be the words of it."""
    name = shown[text]
    return key if name == text.value else name
