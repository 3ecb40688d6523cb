"""What does this YAML say, and on which line? A plain tree, with the line of every key and item.

Stricter than YAML: one document, no duplicate keys, no anchors, aliases, merge keys or tags, keys are texts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

type Path = tuple[str | int, ...]

MAX_DEPTH: Final = 32
#: libyaml where PyYAML was built with it: ten times as fast, the same tree.
_LOADER: Final[type[yaml.SafeLoader]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS: Final = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null"))


@dataclass(slots=True)
class Source:
    """A YAML text as a tree. Sequences are tuples; `problems` are (line, message)."""

    label: str
    tree: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line, from 1, of the deepest part of the path that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def at(self, path: Path) -> Any:
        """The value there, or None."""
        value = self.tree
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value


class _Reader:
    def __init__(self, source: Source, loader: yaml.SafeLoader, nulls: bool) -> None:
        self._source = source
        self._loader = loader
        self._nulls = nulls

    def read(self, node: yaml.Node, path: Path) -> Any:
        self._source.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode) and node.tag.endswith(",2002:map"):
            return dict(self._pairs(node, path))
        if isinstance(node, yaml.SequenceNode) and node.tag.endswith(",2002:seq"):
            return tuple(self.read(item, (*path, i)) for i, item in enumerate(node.value))
        return self._scalar(node)

    def _scalar(self, node: yaml.Node) -> Any:
        if node.tag not in _PLAIN_TAGS:
            kind = node.tag.rpartition(":")[2]
            moment = "; if it is a moment, say where: '2026-12-31 Europe/Vienna'" if kind == "timestamp" else ""
            return self._problem(node, f"this reads as a YAML {kind}; put it in quotes if it is a text{moment}")
        if node.tag.endswith(":null") and not self._nulls:
            return self._problem(node, "a value is missing here; fill it in or leave its key out")
        try:
            return self._loader.construct_object(node)
        except ValueError:
            return self._problem(node, "this number cannot be read; put it in quotes if it is a text")

    def _pairs(self, node: yaml.MappingNode, path: Path) -> Iterator[tuple[str, Any]]:
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.tag != "tag:yaml.org,2002:str":
                self._problem(key, "a key must be a text; put it in quotes")
            elif key.value in seen:
                self._problem(key, f"duplicate key '{key.value}', first in line {seen[key.value]}")
            else:
                seen[key.value] = self._source.lines[(*path, key.value)] = line
                yield key.value, self.read(value, (*path, key.value))

    def _problem(self, node: yaml.Node, message: str) -> None:
        self._source.problems.append((node.start_mark.line + 1, message))


_ALIAS: Final = "anchors and aliases are not used in policies; put a pattern that starts with '*' or '&' in quotes"


def _doubtful(text: str, aliases: bool) -> tuple[int, str] | None:
    """What must not even be composed. An alias can repeat a node without end, and hides what a rule says."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = (event.start_mark.line if event.start_mark else 0) + 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if not aliases and (isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None)):
            return line, _ALIAS
        if depth > MAX_DEPTH:
            return line, f"nested deeper than {MAX_DEPTH}"
    return None


_CONFLICT: Final = re.compile(r"^(<{7}|>{7}|\|{7})( .*)?$|^={7}$", re.MULTILINE)


def _unmerged(text: str) -> list[tuple[int, str]]:
    """A merge that somebody has to finish, told once for each place; nothing else in such a file means anything."""
    marks = [m for m in _CONFLICT.finditer(text) if m[0].startswith("<")] or [*_CONFLICT.finditer(text)][:1]
    said = "an unfinished merge ({}); keep one side, or both, and remove the marks"
    return [(text.count("\n", 0, m.start()) + 1, said.format(m[0][:7])) for m in marks]


def _tab(text: str, line: int) -> str | None:
    """What YAML calls a character that cannot start any token. The line may be the one before."""
    near = text.splitlines()[max(line - 2, 0) : line + 1]
    indented = any("\t" in row[: len(row) - len(row.lstrip())] for row in near)
    return "a tab at the start of the line; YAML is indented with spaces" if indented else None


def read(text: str, label: str, nulls: bool = False, aliases: bool = False) -> Source:
    """The tree and lines of one YAML text; what is wrong with it is in `problems`. Never raises for bad YAML.

    An empty value (`mask:`) is a mistake unless `nulls` are asked for, and so are anchors without `aliases`.
    """
    source = Source(label)
    if unmerged := _unmerged(text):
        source.problems += unmerged
        return source
    try:
        if alias := _doubtful(text, aliases):
            source.problems.append(alias)
            return source
        loader = _LOADER(text)
        node = loader.get_single_node()
        if node is not None:
            source.tree = _Reader(source, loader, nulls).read(node, ())
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        bare_star = "alphabetic or numeric character" in (e.problem or "")
        line = mark.line + 1 if mark else 1
        said = _ALIAS if bare_star else f"not YAML: {_tab(text, line) or e.problem or e.context}"
        source.problems.append((line, said))
    except (yaml.YAMLError, RecursionError) as e:
        source.problems.append((1, f"not YAML: {' '.join(str(e).split())[:200]}"))
    return source
