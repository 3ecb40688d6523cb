"""How is a recorded session printed? Entry by entry as it is read: a journal may be larger than the memory."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.parsing.words import did_you_mean
from vecgate.recording import chain, read, summary
from vecgate.recording.chain import Entry
from vecgate.recording.parts import Parts
from vecgate.recording.pretty import pretty, pretty_bytes, printable
from vecgate.recording.read import Conversation
from vecgate.recording.seal import DataKey, SealBroken
from vecgate.recording.told import told

#: Entries that a viewer is given: all of what it shows is in memory.
IN_A_VIEWER: Final = 10_000


def proof(key: DataKey | None) -> chain.Proof | None:
    """What tells that a line is the gateway's, for who has the session's key."""
    if key is None:
        return None
    return lambda line: "" if (mac := chain.mac_parts(line)) and key.mac_is(*mac) else "was not written by the gateway"


@dataclass(frozen=True, slots=True)
class Shown:
    """A session that is printed. `key`: who has it sees the originals, too."""

    session: str
    files: Parts
    problems: list[str]
    key: DataKey | None

    def print_json(self) -> None:
        """One document, an entry at a time."""
        about = {"session": self.session, "problems": self.problems}
        print(json.dumps(about, indent=2)[:-2] + ',\n  "entries": [', end="")
        for number, entry in enumerate(read.entries(self.files)):
            tree = asdict(entry)
            del tree["original"]
            original = self._original(entry)
            if original is not None:
                tree["original"] = original.decode("utf-8", "replace")
            print("," if number else "", _indent(json.dumps(tree, indent=2), 4), sep="\n", end="")
        print("\n  ]\n}")

    def print_text(self) -> None:
        """A transcript: whose session it is, then exchange by exchange."""
        _, opened = read.opening(self.files)
        print(f"session {self.session}")
        for name in ("kind", "user", "principal", "client", "agent"):
            print(f"  {name:<10} {printable(str(opened.get(name) or '-'))}")
        print(printable(f"  {'chain':<10} {'; '.join(self.problems) or self._extent()}"))
        for talk in told(self.files):
            first = talk.entries[0]
            if talk.exchange:
                self._print_exchange(talk)
            elif first.n:
                print(f"\n{printable(f'{first.at}  {first.code}')}\n{_indent(pretty(first.body))}")

    def _extent(self) -> str:
        entries = sum(1 for _ in read.lines(self.files))
        return f"whole, {entries} entries" + (f" in {len(self.files)} parts" if len(self.files) > 1 else "")

    def _original(self, entry: Entry) -> bytes | None:
        if self.key is None or entry.original is None:
            return None
        try:
            return self.key.open(entry.original, self.session, entry.n)
        except SealBroken:
            return b"(it does not open)"

    def _print_exchange(self, talk: Conversation) -> None:
        print("\n" + printable(f"{talk.entries[0].at}  {' > '.join(str(entry.code) for entry in talk.entries)}"))
        for name, text in summary.describe(talk).items():
            print(f"  {name:<10} {text}")
        if why := summary.refused(talk):
            print(f"  {'refused':<10} {why}")
        call = talk.get("call")
        if isinstance(call, dict):
            print(block("request", f"{call.get('method', '')} {call.get('path', '')}", call.get("body")))
        if talk.get("answer") is not None:
            print(block("answer", str(talk.get("status") or ""), talk.get("answer")))
        for entry in talk.entries:
            original = self._original(entry)
            if original is not None:
                print(_indent(printable(f"original of {entry.code}")))
                print(_indent(pretty_bytes(original), 4))


def block(name: str, head: str, body: Any) -> str:
    """A request, or an answer, with its body."""
    text = _indent(f"{name}  {printable(head)}")
    return text if body is None else f"{text}\n{_indent(pretty(body), 4)}"


def _indent(text: str, depth: int = 2) -> str:
    return "\n".join(" " * depth + line for line in text.split("\n"))


def or_why_none[T](rows: Iterable[T], operation: str | None) -> Iterator[T]:
    """The rows; where there is none, and the operation looked for is no word of policies, it is said."""
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - read after the last
        yield row
    known = {*OPERATION_KINDS, *OPERATION_KINDS.values()}
    if operation is not None and not count and operation not in known:
        told = f"no call was found, and '{printable(operation)}' is no kind or group of operations."
        print(f"vecgate: {told}{did_you_mean(operation, sorted(known))}", file=sys.stderr)
