"""Was each yes in a record signed by those whom it takes? From the journals and the settings alone.

Of held calls, and of access (granted.py).
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from vecgate.cli._sessions.granted import Granted
from vecgate.cli._sessions.proofs import Proofs
from vecgate.consent.enrolled import Unproven
from vecgate.recording import read
from vecgate.recording.chain import Entry
from vecgate.settings.approvals import Approvals

_SPENT: Final = frozenset({"approved", "spent", "used"})

type Check = tuple[str, Callable[[], None]]


def problems(folder: Path, session: str, settings: Approvals) -> Iterator[str]:
    """What is wrong with the decisions in one session; nothing where none are signed here. Raises OSError."""
    if settings.signed == "off":
        return
    proofs = Proofs(settings)
    granted = Granted(folder, session, proofs)
    for entry in read.entries(read.parts_of(folder, session)):
        for what, check in _checks(entry, proofs, granted):
            try:
                check()
            except Unproven as e:
                yield f"entry {entry.n}: {what} is not proven: {e}"


def _checks(entry: Entry, proofs: Proofs, granted: Granted) -> Iterator[Check]:
    """What of an entry has to be proven: of what was refused, nothing."""
    if entry.code == "request.refused":
        return
    approval, grant, access = (entry.body.get(name) for name in ("approval", "grant", "access"))
    is_yes = isinstance(approval, dict) and approval.get("state") in _SPENT
    if isinstance(approval, dict) and is_yes:
        yield f"the yes to request {approval.get('id')}", partial(_held, approval, proofs)
    elif proofs.must and _is_held(entry):
        yield "this call, which its rule holds,", _nobody
    if isinstance(grant, dict):
        yield f"access {grant.get('id')}, which this call is under,", partial(granted.call, entry, grant)
    if isinstance(access, dict):
        yield f"the yes to access {access.get('id')}", partial(granted.given, access)


def _is_held(entry: Entry) -> bool:
    """Whether it went out although its rule holds it, and does not say why nobody had to be asked."""
    decision = entry.body.get("decision")
    holds = isinstance(decision, dict) and decision.get("effect") == "hold"
    return holds and entry.code == "request.sent" and not entry.body.get("waived")


def _nobody() -> None:
    raise Unproven("no yes stands in it")


def _held(approval: dict[str, Any], proofs: Proofs) -> None:
    step, binding = approval.get("step"), approval.get("binding")
    about = {"id": approval.get("id"), "binding": binding, "vecgate": "yes to a held call"}
    if step is not None:
        about |= {"binding": approval.get("plan"), "vecgate": "yes to a plan"}
    found = proofs.of(approval, about, approval.get("by"))
    for one in found if step is not None else ():
        _is_step(one.said, step, binding)
    if found and found[-1].said.get("narrowed") != approval.get("narrowed"):
        raise Unproven("it was signed to something else than what is written there")


def _is_step(said: Any, number: Any, binding: Any) -> None:
    """Whether a step of a plan, counted from 1, is what was executed. Raises Unproven."""
    steps = said.get("steps")
    if not isinstance(steps, list) or type(number) is not int or not 1 <= number <= len(steps):
        raise Unproven("there is no such step of it")
    if not isinstance(steps[number - 1], dict) or steps[number - 1].get("binding") != binding:
        raise Unproven("that step of it is another call")
