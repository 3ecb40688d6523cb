"""What did a scan find, and which mask profile would one begin with? Counts by field, and YAML made of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from pydantic import TypeAdapter, ValidationError

from vecgate.domain.profiles import ENTITIES, ON_REQUEST
from vecgate.policy.language.values import Glob, Path

NAME: Final = "scanned"
#: A field is hidden whole, also where nothing is found in it, if so much of what was looked at was all of one kind.
_MOSTLY: Final = 0.6
_LONGEST: Final = 100
_PATH: Final = TypeAdapter[str](Path)
_GLOB: Final = TypeAdapter[str](Glob)
_HEAD: Final = """\
# A first mask profile, made by `vecgate scan` of {upstream}. Read it before you use it.
# {looked}
# A sample proves no absence: `default` hides what was not found in it, too.
version: 1

mask_profiles:
  {name}:
    default: replace
"""
_RULE: Final = """
rules:
  - name: read-{name}
    who: {{groups: [{name}-readers]}}    # nobody is in it: put the group of your readers here
    where: {where}
    operations: [read]
    effect: allow
    mask: {name}
    limits: {{max_results: 50, rate: 600/min}}
"""


@dataclass(slots=True)
class Field:
    """What was found in one field. `records` hold it; `kinds`: how many of these have one, also as a whole value."""

    path: tuple[str, ...]
    records: int = 0
    kinds: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As the policies' `fields` name it."""
        return ".".join(self.path)

    def add(self, told: dict[str, Any]) -> None:
        """What one more answer says of it."""
        self.records += int(told["records"])
        for kind, counts in told["kinds"].items():
            have = self.kinds.setdefault(kind, {"records": 0, "whole": 0, "found": 0})
            for what in have:
                have[what] += int(counts[what])


@dataclass(slots=True)
class Collection:
    """What was found in one collection: `looked_at` of its `records` records. `more`: fields too many to name."""

    database: str
    name: str
    records: int = 0
    looked_at: int = 0
    more: int = 0
    fields: dict[tuple[str, ...], Field] = field(default_factory=dict)

    def add(self, told: dict[str, Any]) -> None:
        """What one more answer says of it."""
        self.looked_at += int(told["records"])
        self.more = max(self.more, int(told["more"]))
        for one in told["fields"]:
            path = tuple(map(str, one["path"]))
            self.fields.setdefault(path, Field(path)).add(one)

    @property
    def looked(self) -> str:
        """Of how many records how many were looked at, in words."""
        return f"{self.looked_at} of {self.records} records were looked at"


def profile(upstream: str, scanned: Sequence[Collection]) -> str:
    """A policy file with one profile, and a rule that opens nothing to anybody yet."""
    looked = "; ".join(f"{_word(one.name)}: {one.looked}" for one in scanned) or "Nothing was scanned."
    lines = [_HEAD.format(upstream=_word(upstream), looked=looked, name=NAME)]
    found = {kind for one in scanned for each in one.fields.values() for kind in each.kinds}
    lines += _section("entities", _entities(found))
    lines += _section("fields", _fields(scanned))
    lines += _rule(upstream, scanned)
    return "".join(lines)


def _rule(upstream: str, scanned: Sequence[Collection]) -> Iterator[str]:
    """A rule that opens nothing yet: nobody is in its group."""
    where = {"upstreams": [upstream], "collections": sorted({one.name for one in scanned if _is(_GLOB, one.name)})}
    if where["collections"] and _is(_GLOB, upstream):
        said = yaml.safe_dump(where, allow_unicode=True, default_flow_style=True, width=10_000).strip()
        yield _RULE.format(name=NAME, where=said)


def _section(name: str, lines: Iterable[str]) -> Iterator[str]:
    said = list(lines)
    bare = all(line.startswith("#") for line in said)
    if said:
        yield f"    {'# ' if bare else ''}{name}:\n"
        yield from (f"      {line}\n" for line in said)


def _entities(found: set[str]) -> Iterator[str]:
    for kind in ENTITIES:
        if kind in found and kind in ON_REQUEST:  # mostly what a text is about, not whom: for people to decide
            yield f"# {kind}: replace    # found, and shown unless it stands here"
        elif kind in found:
            yield f"{kind}: replace"


def _fields(scanned: Sequence[Collection]) -> Iterator[str]:
    wanted = dict[str, str]()
    for one in scanned:
        for each in one.fields.values():
            kind = _whole(each)
            if kind is not None and each.path[1:]:
                wanted.setdefault(f"*.{each.name}", kind)
    for glob in sorted(glob for glob in wanted if not _is(_PATH, glob)):
        yield f"# one of {len(glob)} characters cannot be written as a pattern"
        del wanted[glob]
    for glob, kind in sorted(wanted.items()):
        spec = {glob: {"operator": "replace", "with": f"<{kind}>"}}
        yield from yaml.safe_dump(spec, allow_unicode=True, sort_keys=False, width=1_000).splitlines()


def _is(form: TypeAdapter[str], text: str) -> bool:
    """Whether a policy file takes it as it stands."""
    try:
        return len(text) < _LONGEST and form.validate_python(text) == text
    except ValidationError:
        return False


def _whole(each: Field) -> str | None:
    """The kind that a field is of, if its values are all of it."""
    kinds = [(counts["whole"], kind) for kind, counts in each.kinds.items() if kind not in ON_REQUEST]
    whole, kind = max(kinds, default=(0, ""))
    return kind if whole and whole >= _MOSTLY * each.records else None


def _word(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)
