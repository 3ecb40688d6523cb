"""Which operator is used where? A profile, made ready: entities to their operators, key paths to theirs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import translate

from vecgate.masking.operators import build
from vecgate.masking.operators._base import Operator
from vecgate.profiles import ENTITIES, MaskProfile


@dataclass(frozen=True, slots=True)
class Plan:
    """`entities` holds what is masked, without what is kept; `fields` in the order in which they are tried."""

    entities: Mapping[str, Operator]
    fields: tuple[tuple[re.Pattern[str], Operator], ...]

    def field(self, dotted: str) -> Operator | None:
        """The operator a field policy gives to a key path such as `metadatas.contact.email`; list places left out."""
        if not self.fields:
            return None
        path = f".{dotted.casefold()}"
        return next((operator for glob, operator in self.fields if glob.match(path) or glob.match(path[1:])), None)


def plan(profile: MaskProfile, key: bytes) -> Plan:
    """A profile made ready. Raises ValueError for a parameter no operator takes."""
    specs = {entity: profile.operator(entity) for entity in ENTITIES}
    entities = {entity: build(spec, key) for entity, spec in specs.items() if spec.name != "keep"}
    # Where two globs match, one that masks comes first: in doubt it is hidden.
    ordered = sorted(profile.fields.items(), key=lambda item: item[1].name == "keep")
    fields = tuple((re.compile(translate(glob.casefold())), build(spec, key)) for glob, spec in ordered)
    return Plan(entities, fields)
