"""Which field policy of a mask profile takes this path of keys? Its patterns, in the order in which they are tried."""

import re
from collections.abc import Mapping, Sequence
from fnmatch import translate
from typing import Final

from vecgate.domain.profiles import OperatorSpec

type Fields = Sequence[tuple[re.Pattern[str], OperatorSpec]]

_ANY: Final = "*?"


def ordered(fields: Mapping[str, OperatorSpec]) -> Fields:
    """The patterns with their operators. Where two match, one that masks comes first: in doubt it is hidden."""
    known = sorted(fields.items(), key=lambda item: item[1].name == "keep")
    return [(_compiled(glob), spec) for glob, spec in known]


def above(fields: Mapping[str, OperatorSpec]) -> Sequence[re.Pattern[str]]:
    """What holds a field that is masked, as far as its pattern names it: `*.person` of `*.person.email`."""
    found = []
    for glob, spec in fields.items():
        parts = glob.split(".") if spec.name != "keep" else []
        found += [".".join(parts[:i]) for i in range(1, len(parts)) if parts[i - 1].strip(_ANY)]
    return [*map(_compiled, found)]


def takes(pattern: re.Pattern[str], dotted: str) -> bool:
    """Whether it takes a key path such as `metadatas.contact.email`, list places left out, in small letters."""
    return bool(pattern.match(f".{dotted}") or pattern.match(dotted))


def _compiled(glob: str) -> re.Pattern[str]:
    return re.compile(translate(glob.casefold()))
