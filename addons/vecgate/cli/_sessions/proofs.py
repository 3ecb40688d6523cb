"""What has been signed of what a record says? Read once, however many calls it let pass."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from vecgate.consent.enrolled import Roots, Unproven
from vecgate.consent.written import Written, written
from vecgate.settings.approvals import Approvals


class Proofs:
    """By these settings. `must`: nothing passes here without."""

    def __init__(self, settings: Approvals) -> None:
        self.must: Final = settings.signed == "require"
        self._roots = Roots.of(settings)
        self._known: dict[bytes, list[Written] | Unproven] = {}

    def of(
        self, record: Mapping[str, Any], about: Mapping[str, Any], names: Any, *, whole: bool = True
    ) -> Sequence[Written]:
        """Each yes in a record (`signed`); none, where none must be. Raises Unproven."""
        proofs, by = record.get("signed") or [], [*map(str, names)] if isinstance(names, list) else None
        if not proofs and not self.must:
            return ()
        key = orjson.dumps([proofs, about, by, whole])
        if key not in self._known:
            try:
                self._known[key] = written(proofs, about, self._roots, by, whole=whole)
            except Unproven as e:
                self._known[key] = e
        found = self._known[key]
        if isinstance(found, Unproven):
            raise found
        return found
