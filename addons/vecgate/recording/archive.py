"""Is a session kept elsewhere? Its end is noted once more, as archived: then its files may go, and it is known why."""

from dataclasses import replace
from pathlib import Path

from vecgate.recording import chain, heads, parts, read
from vecgate.recording.heads import Head


class NotWhole(ValueError):
    """It cannot be noted as kept: this is wrong with it."""


def archive(folder: Path, session: str, upto: int | None = None) -> Head:
    """Note it, or its parts up to that one; what is left is held against the end of what is gone. Gives that end.

    Raises NoSuchSession, NotWhole, OSError.
    """
    files, ends = read.parts_of(folder, session), dict[int, Head]()
    if upto is not None and not (upto in files and upto < max(files)):
        raise NotWhole(f"it has no part {upto} here that is full")
    if problems := read.check(folder, session, files=files):
        raise NotWhole("; ".join(problems))
    for step in chain.follow(session, files, heads.load(folder)[0]):
        if isinstance(step, str):
            raise NotWhole(step)
        ends[step.part] = step.head
    last = max(ends)
    for part in sorted(ends) if last > 1 else ():
        if upto is None or part <= upto:
            heads.note(folder, replace(ends[part], session=parts.noted(session, part), archived=True), sync=True)
    if upto is None:
        heads.note(folder, replace(ends[last], archived=True), sync=True)
    return ends[last if upto is None else upto]
