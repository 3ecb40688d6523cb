"""Does a masked value still stand for one value? Only then may it name a record, or be compared with in a filter.

`<EMAIL>` stands for every address: a delete of what belongs to one person would delete everybody's.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from vecgate.domain.profiles import ENTITIES, MaskProfile, OperatorSpec
from vecgate.refusals.errors import MaskFailed

#: Shown where a mark would stand for several values. Of characters that nobody writes.
UNJOINED: Final = "\ue0f7\ue0f8\ue0f9"

_SPEC: Final = OperatorSpec("replace", {"with": UNJOINED})
_MOST: Final = 64


def is_joined(shown: object) -> bool:
    """Whether each text of what a `joining` profile shows stands for one value. A key counts as a text."""
    match shown:
        case str():
            return UNJOINED not in shown
        case dict():
            return all(is_joined(key) and is_joined(value) for key, value in shown.items())
        case list():
            return all(map(is_joined, shown))
    return True


def finding(profile: MaskProfile) -> MaskProfile:
    """The profile that changes whatever this one would, whichever its operators."""
    return _mapped(profile, "finding", lambda spec: spec.name == "keep")


def joining(profile: MaskProfile) -> MaskProfile:
    """The profile that shows UNJOINED in the place of what would no longer stand for one value."""
    return _mapped(profile, "joining", lambda spec: spec.words.joins)


def _mapped(profile: MaskProfile, what: str, kept: Callable[[OperatorSpec], bool]) -> MaskProfile:
    def spec(given: OperatorSpec) -> OperatorSpec:
        return given if kept(given) else _SPEC

    return replace(
        profile,
        name=f"{profile.name} ({what})",
        entities={entity: spec(profile.operator(entity)) for entity in ENTITIES},
        fields={glob: spec(given) for glob, given in profile.fields.items()},
    )


class Derived:
    """Profiles made of others; the same object each time, as masking keeps its plans by it."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], tuple[MaskProfile, MaskProfile]] = {}

    def finding(self, profile: MaskProfile | None) -> MaskProfile:
        """See `finding`. Raises MaskFailed without a profile."""
        return self._made(finding, profile)

    def joining(self, profile: MaskProfile | None) -> MaskProfile:
        """See `joining`. Raises MaskFailed without a profile."""
        return self._made(joining, profile)

    def _made(self, make: Callable[[MaskProfile], MaskProfile], profile: MaskProfile | None) -> MaskProfile:
        if profile is None:
            raise MaskFailed("a rule that masks or refuses names no profile")
        key = id(profile), make.__name__
        known = self._known.get(key)
        if known is not None and known[0] is profile:
            return known[1]
        if len(self._known) >= _MOST:  # those of policy sets that are gone
            self._known.clear()
        made = make(profile)
        self._known[key] = profile, made
        return made
