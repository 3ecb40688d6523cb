"""Which fields of these records hold which kinds of personal data? A scan: counts and names of fields, never a text.

Every record is masked with marks that nobody else can make, and then looked through for them. So what is told is what
masking would hide, in JSON inside of texts, too.
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from typing import Final

from vecgate.background import Pace
from vecgate.domain.call import Json
from vecgate.domain.profiles import ENTITIES, MaskProfile, OperatorSpec
from vecgate.domain.surface import Surface
from vecgate.domain.tenant import Tenant
from vecgate.masking.apply.masker import Masker
from vecgate.masking.apply.places import named_words
from vecgate.masking.apply.record_ids import is_token
from vecgate.parsing import strict_json

_NONCE: Final = secrets.token_hex(8)
_MARK: Final = re.compile(rf"\[{_NONCE} ([A-Z_]+)\]")
PROFILE: Final = MaskProfile(
    "scan", {entity: OperatorSpec("replace", {"with": f"[{_NONCE} {entity}]"}) for entity in ENTITIES}
)
#: The gateway's own fields (domain/guards.py) are nobody's to know of.
_OURS: Final = "_vecgate_"
#: More fields than this are told by their number alone: their names are data.
MOST: Final = 300
#: A key in which something personal was found.
ANY: Final = "*"

type Path = tuple[str, ...]


class _Field:
    """What one field of many records holds. `kinds`: in how many records, whole values, and how often at all."""

    def __init__(self) -> None:
        self.records = 0
        self.kinds: dict[str, list[int]] = {}

    def add(self, values: Sequence[tuple[str, bool]]) -> None:
        """The kinds in one record's values, and whether that is all there was of a value."""
        self.records += 1
        for kind in {kind for kind, _ in values}:
            one = self.kinds.setdefault(kind, [0, 0, 0])
            wholes = [whole for found, whole in values if found == kind]
            one[0] += 1
            one[1] += any(wholes)
            one[2] += len(wholes)


async def survey(
    masker: Masker, records: Sequence[Json], surface: Surface, at: Path, whose: tuple[Tenant, str]
) -> dict[str, Json]:
    """What each field below `at` holds, over all records. Raises as `Masker.mask_tree` does."""
    fields = dict[Path, _Field]()
    pace = Pace()
    for record in records:
        await pace.breathe()
        masked, _ = await masker.mask_tree(record, surface, PROFILE, *whose)
        held = dict[Path, list[tuple[str, bool]]]()
        for path, value in leaves(masked):
            if path[: len(at)] == at and path[len(at) :] and not any(key.startswith(_OURS) for key in path):
                found = held.setdefault(path[len(at) :], [])
                found += await _named(masker, path, record) if is_token(value) else _kinds(value)
        for path, values in held.items():
            fields.setdefault(path, _Field()).add(values)
    told = list(fields.items())[:MOST]
    listed: list[Json] = [
        {"field": ".".join(path), "path": [*path], "records": one.records, "kinds": _told(one)} for path, one in told
    ]
    return {"records": len(records), "fields": listed, "more": len(fields) - len(told)}


def _told(field: _Field) -> Json:
    return {
        kind: {"records": records, "whole": whole, "found": found}
        for kind, (records, whole, found) in sorted(field.kinds.items())
    }


def _kinds(value: str) -> list[tuple[str, bool]]:
    return [(mark[1], mark[0] == value.strip()) for mark in _MARK.finditer(value)]


async def _named(masker: Masker, path: Path, record: Json) -> list[tuple[str, bool]]:
    """The same of an id that is somebody's: masking shows all of it as a token."""
    names = [value for place, value in leaves(record) if place == path]
    shown = [(await masker.mask_tree(named_words(one) or one, Surface(), PROFILE))[0] for one in names]
    return [(kind, True) for one in shown for kind in {kind for kind, _ in _kinds(str(one))} or {"PERSON"}]


def leaves(node: Json, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every value with the keys that lead to it, in JSON inside of texts, too; places in lists are left out."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, (*path, ANY if _MARK.search(key) else key))
    elif isinstance(node, list):
        for value in node:
            yield from leaves(value, path)
    elif isinstance(node, str):
        inner = _inside(node)
        yield from [(path, node)] if inner is None else leaves(inner, path)
    elif node is not None:
        yield path, str(node)


def _inside(text: str) -> Json:
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        tree = strict_json.parse(text.encode("utf-8", "surrogatepass"))
    except strict_json.NotStrict:
        return None
    return tree if isinstance(tree, dict | list) else None
