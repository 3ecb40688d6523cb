"""Was each yes in a record signed by those who may? From the journals and the settings alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vecgate.consent.enrolled import Roots, Unproven, stated
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
    people, agreed = set[str](), approval.get("narrowed")
    binding, step = approval.get("binding"), approval.get("step")
    about = {"id": approval.get("id"), "binding": binding, "vecgate": "yes to a held call"}
    if step is not None:
        about |= {"binding": approval.get("plan"), "vecgate": "yes to a plan"}
    for proof in proofs:
        try:
            people.add(read_back(Signed(**proof), about, roots).person)
            if step is not None:
                _is_step(proof["statement"], step, binding)
            agreed = stated(proof["statement"]).get("narrowed")
        except (Unproven, TypeError, ValueError) as e:
            yield str(e) if isinstance(e, Unproven) else "a proof cannot be read"
            return
    if agreed != approval.get("narrowed"):
        yield "it was signed to something else than what is written there"
    if len(people) < len(proofs):
        yield "one person signed twice"


def _is_step(statement: str, number: Any, binding: Any) -> None:
    """Whether a step of a plan, counted from 1, is what was executed. Raises Unproven."""
    steps = stated(statement).get("steps")
    if not isinstance(steps, list) or type(number) is not int or not 1 <= number <= len(steps):
        raise Unproven("there is no such step of it")
    if not isinstance(steps[number - 1], dict) or steps[number - 1].get("binding") != binding:
        raise Unproven("that step of it is another call")
