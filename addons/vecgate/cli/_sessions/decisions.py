"""Was each yes in a record signed by those who may? From the journals and the settings alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vecgate.consent.enrolled import Roots, Unproven
from vecgate.consent.proof import read_back
from vecgate.domain.approval import Signed
from vecgate.recording import read
from vecgate.settings.approvals import Approvals

_SPENT = frozenset({"approved", "spent", "used"})


def problems(folder: Path, session: str, settings: Approvals) -> Iterator[str]:
    """What is wrong with the decisions in one session; nothing where none are signed here. Raises OSError."""
    if settings.signed == "off":
        return
    roots = Roots.of(settings)
    for entry in read.entries(read.parts_of(folder, session)):
        approval = entry.body.get("approval")
        if isinstance(approval, dict) and approval.get("state") in _SPENT:
            for why in _wrong(approval, roots, must=settings.signed == "require"):
                yield f"entry {entry.n}: the yes to request {approval.get('id')} is not proven: {why}"


def _wrong(approval: dict[str, Any], roots: Roots, *, must: bool) -> Iterator[str]:
    proofs = approval.get("signed") or []
    if must and not proofs:
        yield "nobody signed it"
    people = set[str]()
    about = {"id": approval.get("id"), "binding": approval.get("binding"), "vecgate": "yes to a held call"}
    for proof in proofs:
        try:
            people.add(read_back(Signed(**proof), about, roots).person)
        except (Unproven, TypeError, ValueError) as e:
            yield str(e) if isinstance(e, Unproven) else "a proof cannot be read"
            return
    if len(people) < len(proofs):
        yield "one person signed twice"
