"""The documentation, as its readers and the tests see it: fenced blocks, commands and links."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parents[3]
DOCUMENTS: Final = (
    ROOT / "README.md",
    *sorted((ROOT / ".github").glob("*.md")),
    ROOT / "addons" / "README.md",
    ROOT / "certs" / "README.md",
    ROOT / "policies" / "README.md",
    ROOT / "scripts" / "README.md",
)

_BLOCK: Final = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK: Final = re.compile(r"!?\[[^\]\n]*\]\(([^)\s]+)\)")
_HEADING: Final = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_INLINE: Final = re.compile(r"`((?:vecgate|scripts/)[^`\n]*)`")
_ASSIGNMENT: Final = re.compile(r"[A-Z_]+=\S*")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: `words` is what stands after the fence."""

    document: Path
    line: int
    words: tuple[str, ...]
    text: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.document.relative_to(ROOT)}:{self.line}"

    @property
    def language(self) -> str:
        return self.words[0] if self.words else ""

    @property
    def kind(self) -> str:
        """What a YAML block is: settings, policy or policy test; said after the fence, or seen by its keys."""
        said = " ".join(self.words[1:])
        tree: Any = yaml.safe_load(self.text)
        return said or (
            "policy test" if "cases" in tree else "policy" if {"rules", "mask_profiles"} & set(tree) else ""
        )


def blocks(*languages: str) -> Iterator[Block]:
    """The blocks in these languages, document by document."""
    for document in DOCUMENTS:
        text = document.read_text("utf-8")
        for match in _BLOCK.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            block = Block(document, line, tuple(match[1].split()), match[2])
            if block.language in languages:
                yield block


def commands(block: Block) -> Iterator[list[str]]:
    """Every command of a shell block as its words, without comments, assignments and what it is piped into."""
    for line in block.text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        while words and _ASSIGNMENT.fullmatch(words[0]):
            words = words[1:]
        if words:
            yield words


def shell_commands() -> Iterator[tuple[str, list[str]]]:
    """(place, words) of every command in a shell block."""
    for block in blocks("sh", "bash"):
        for words in commands(block):
            yield f"{block}: {' '.join(words)}", words


def inline_commands() -> Iterator[tuple[str, list[str]]]:
    """(place, words) of every command that is named in running text."""
    for document in DOCUMENTS:
        for match in _INLINE.finditer(_BLOCK.sub("", document.read_text("utf-8"))):
            yield f"{document.relative_to(ROOT)}: {match[1]}", shlex.split(match[1])


def links(document: Path) -> list[str]:
    """The targets of all links and images."""
    return _LINK.findall(_BLOCK.sub("", document.read_text("utf-8")))


def anchors(document: Path) -> set[str]:
    """The anchors that headings get on the web."""
    headings = _HEADING.findall(_BLOCK.sub("", document.read_text("utf-8")))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
