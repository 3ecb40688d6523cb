"""Why is this masked, and why is that not? Each finding with what found it, what proved it, and what became of it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from vecgate.domain.finding import Finding
from vecgate.domain.profiles import ENTITIES, ON_REQUEST
from vecgate.masking.apply.spans import merge
from vecgate.masking.detect.normalise import normalise
from vecgate.masking.detect.patterns import Patterns, discover

type Outcome = Literal["masked", "partly", "dropped", "on request", "noted"]

_PATTERN: Final = "pattern:"
_LANGUAGE: Final = "language:"
_OTHERS: Final = {
    "model": "read as a name by the model",
    "name again": "part of a name that was found elsewhere in the text",
    "place behind an address": "an address, and the places right behind it",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding. `by`: rule or model; `why`: what proves it; `lost_to`: the stronger findings that took its place."""

    finding: Finding
    text: str
    by: str
    why: str
    outcome: Outcome
    lost_to: tuple[Finding, ...] = ()


@cache
def _reasons() -> dict[str, str]:
    return {f"{rule.entity.lower()}/{rule.name}": rule.why for rule in discover()}


def why(source: str) -> tuple[str, str]:
    """What found it and what proves it, in words: `base64, pattern:email/plain` is a rule inside something packed."""
    *packed, last = source.split(", ")
    if last.startswith(_PATTERN):
        name = last.removeprefix(_PATTERN)
        by, proof = f"rule {name}", _reasons().get(name, "")
    elif last.startswith(_LANGUAGE):
        by, proof = last, "no model reads this language: names may be missing"
    else:
        by, proof = last, _OTHERS.get(last, "")
    return by, f"packed in {', '.join(packed)}: {proof}" if packed else proof


def _outcome(
    finding: Finding, merged: Sequence[Finding], wanted: Collection[str]
) -> tuple[Outcome, tuple[Finding, ...]]:
    if finding.entity not in ENTITIES:
        return "noted", ()
    if finding.entity not in wanted:
        return ("on request" if finding.entity in ON_REQUEST else "dropped"), ()
    if any(m.entity == finding.entity and m.start <= finding.start and finding.end <= m.end for m in merged):
        return "masked", ()
    over = tuple(m for m in merged if m.start < finding.end and finding.start < m.end)
    same = any(m.entity == finding.entity and m.source == finding.source for m in over)
    return ("partly" if same else "dropped"), tuple(
        m for m in over if m.entity != finding.entity or m.source != finding.source
    )


def explain(text: str, findings: Iterable[Finding], wanted: Collection[str]) -> list[Reason]:
    """Every finding with its reason, in the order of the text; the stronger one first."""
    found = list(findings)
    merged = merge(text, found, wanted)
    reasons = []
    for finding in sorted(found, key=lambda f: (f.start, -f.end)):
        outcome, lost_to = _outcome(finding, merged, wanted)
        reasons.append(Reason(finding, text[finding.start : finding.end], *why(finding.source), outcome, lost_to))
    return reasons


#: Rules whose check no other text passes by chance: digits that add up, or a form that only such a thing has.
_PROVED: Final = frozenset(
    {
        ("CREDIT_CARD", "luhn"), ("IBAN", "mod97"), ("SSN", "grouped"), ("CRYPTO", "base58"), ("CRYPTO", "bech32"),
        ("SECRET", "jwt"), ("SECRET", "pem"), ("SECRET", "cloud key"), ("SECRET", "code key"),
        ("SECRET", "message key"), ("SECRET", "payment key"), ("SECRET", "model key"),
        ("ID", "codice fiscale"), ("ID", "dni"), ("ID", "cpf"),
    }
)  # fmt: skip


class Proofs:
    """Which texts are personal whatever anybody says of them? Asked before one is proposed as an exception."""

    def __init__(self) -> None:
        self._patterns = Patterns(tuple(r for r in discover() if (r.entity, r.name) in _PROVED))

    def of(self, text: str) -> str:
        """The entity that a check proves somewhere in the text; empty if none does."""
        return next((f.entity for f in self._patterns.find(normalise(text))), "")
