"""Have two people signed these policies? One statement over every file and its name, signed as approvals are.

It lies in `signed.json` beside the files. What was read is what is checked and what is loaded, so a file that is
changed meanwhile, or is a link, changes nothing. An older statement than was in force once is refused: what is
remembered of it lies where the gateway's own keys do, not where policies are written.
"""

import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal

from vecgate.consent.enrolled import Enrolled, Roots, Unproven, canonical, stated
from vecgate.domain.people import folded
from vecgate.refusals.errors import PolicyError
from vecgate.settings.file import Settings

log = logging.getLogger(__name__)

FILE: Final = "signed.json"
KIND: Final = "policies"
#: How many people it takes.
NEEDED: Final = 2
_MOST: Final = 16
_LONGEST: Final = 2_000_000
_AHEAD: Final = 60.0
_MEMBERS: Final = frozenset({"vecgate", "files", "number"})


def statement(texts: Mapping[str, str], number: int) -> str:
    """What is signed: what is in each file, by its name, and when (`number`: seconds since the epoch, only rising)."""
    files = {name: sha256(text.encode()).hexdigest() for name, text in texts.items()}
    return canonical({"vecgate": KIND, "files": files, "number": number})


def number_of(text: str) -> int:
    """The number of a statement. Raises Unproven for what is none."""
    facts = stated(text)
    files, number = facts.get("files"), facts.get("number")
    if facts.keys() != _MEMBERS or facts["vecgate"] != KIND or not isinstance(files, dict) or type(number) is not int:
        raise Unproven("what is signed is no set of policies")
    return number


def document(folder: Path) -> dict[str, Any] | None:
    """What lies beside the policies; None: nothing does. Raises Unproven."""
    try:
        with (folder / FILE).open("rb") as file:
            raw = file.read(_LONGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as e:
        raise Unproven(f"{FILE} cannot be read: {e.strerror}") from e
    try:
        found = json.loads(raw.decode("utf-8")) if len(raw) <= _LONGEST else None
    except ValueError:
        found = None
    whole = isinstance(found, dict) and found.keys() == {"statement", "signatures"}
    if (
        found is None
        or not whole
        or not (isinstance(found["statement"], str) and isinstance(found["signatures"], list))
    ):
        raise Unproven(f"{FILE} is not as 'vecgate policy sign' writes it")
    return dict(found)


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who signed a set, when, and until when that counts (seconds since the epoch)."""

    people: tuple[str, ...]
    number: int
    until: float


@dataclass(slots=True)
class Seal:
    """What the settings ask of policies. `memory`: the file that knows the newest set that was in force."""

    signed: Literal["off", "accept", "require"] = "off"
    roots: Roots = field(default_factory=lambda: Roots(()))
    groups: frozenset[str] = frozenset()
    memory: Path | None = None
    after: float = 0.0
    now: Callable[[], float] = time.time
    _newest: tuple[int, str] = (0, "")

    @classmethod
    def of(cls, settings: Settings, now: Callable[[], float] = time.time) -> "Seal":
        """What the settings say."""
        told, memory = settings.policies, settings.listen.certificate_folder / "policies-in-force.json"
        roots, after = Roots.of(settings.approvals, now), told.after
        return cls(told.signed, roots, frozenset(told.signers), memory, after, now)

    def check(self, folder: Path, texts: Mapping[str, str]) -> Signatures | None:
        """Who signed these texts; None where nobody need have. Raises PolicyError with `require`."""
        if self.signed == "off":
            return None
        try:
            found = self.proven(folder, texts)
            self._is_newest(found.number, texts)
        except Unproven as e:
            if self.signed == "require":
                raise PolicyError([f"{folder / FILE}: {e}"]) from e
            log.warning("policies are not signed by two people: %s", e)
            return None
        return found

    def proven(self, folder: Path, texts: Mapping[str, str]) -> Signatures:
        """Who signed these texts, of those who count. Raises Unproven."""
        found = document(folder)
        if found is None:
            raise Unproven(f"nobody has signed these policies; {NEEDED} people do, with 'vecgate policy sign'")
        number = number_of(found["statement"])
        if why := _changed(stated(found["statement"])["files"], stated(statement(texts, number))["files"]):
            raise Unproven(f"{why}; have what is there now signed, with 'vecgate policy sign'")
        if not self.after <= number <= self.now() + _AHEAD:
            raise Unproven("it was signed before 'policies.signed_after', or by a clock that is ahead; sign it anew")
        people, why = self._people(found["statement"], found["signatures"])
        if len(people) < NEEDED:
            names = ", ".join(one.user for one in people) or "nobody"
            raise Unproven(f"{NEEDED} people must have signed, and {names} has{f' ({why})' if why else ''}")
        ends = sorted((one.until for one in people), reverse=True)
        return Signatures(tuple(one.user for one in people), number, ends[NEEDED - 1])

    def _people(self, text: str, signatures: list[Any]) -> tuple[list[Enrolled], str]:
        """Different people whose signature counts, and why another one does not."""
        people, names, why = list[Enrolled](), set[str](), ""
        for one in signatures[:_MOST]:
            try:
                enrolled = self._signer(text, one)
            except Unproven as e:
                why = str(e)
                continue
            mine = {folded(enrolled.person), folded(enrolled.user)}
            if not names.isdisjoint(mine):
                why = "whoever signs twice, with whichever keys, counts once"
                continue
            names |= mine
            people.append(enrolled)
        return people, why

    def _signer(self, text: str, one: Any) -> Enrolled:
        if not isinstance(one, dict) or not isinstance(one.get("signature"), str):
            raise Unproven("a signature cannot be read")
        enrolled = self.roots.enrolled(one.get("enrolment"))
        self.roots.check(enrolled.key, text, one["signature"])
        if self.groups and self.groups.isdisjoint(enrolled.groups):
            raise Unproven(f"{enrolled.user} is in no group of 'policies.signers'")
        return enrolled

    # older ones

    def _is_newest(self, number: int, texts: Mapping[str, str]) -> None:
        known, digest = max(self._newest, self._remembered())
        if number < known or (number == known and digest != _digest(statement(texts, number))):
            said = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(known))
            raise Unproven(f"it is older than what was in force, which was signed at {said}; sign it anew to go back")

    def _remembered(self) -> tuple[int, str]:
        if self.memory is None:
            return 0, ""
        try:
            found = json.loads(self.memory.read_text("utf-8"))
            return int(found["number"]), str(found["digest"])
        except FileNotFoundError:
            return 0, ""
        except (OSError, ValueError, KeyError, TypeError) as e:  # whoever damaged it may want an older set
            raise Unproven(f"{self.memory}, which knows the newest policies, cannot be read") from e

    def remember(self, number: int, texts: Mapping[str, str]) -> None:
        """This set is in force: from now on no older one is."""
        newest = (number, _digest(statement(texts, number)))
        if self.memory is None or newest <= max(self._newest, self._remembered()):
            self._newest = max(self._newest, newest)
            return
        self._newest, aside = newest, self.memory.with_name(f"{self.memory.name}.{os.getpid()}")
        try:
            aside.write_text(json.dumps({"number": newest[0], "digest": newest[1]}), "utf-8")
            aside.replace(self.memory)
        except OSError as e:
            log.warning(
                "%s cannot be written (%s): after a restart, older policies are not known", self.memory, e.strerror
            )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _changed(signed: Mapping[str, Any], there: Mapping[str, Any]) -> str:
    """What is not as it was signed, in words; empty: all is."""
    added, gone = sorted({*there} - {*signed}), sorted({*signed} - {*there})
    other = sorted(name for name in {*there} & {*signed} if there[name] != signed[name])
    each = (other, "is not what was signed"), (added, "was added since"), (gone, "was signed and is not there")
    return "; ".join(f"{', '.join(names[:5])} {how}" for names, how in each if names)
