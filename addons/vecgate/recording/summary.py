"""What happened in one exchange, in a few words? The same for the terminal and for mitmweb."""

from collections.abc import Callable
from typing import Any, Final

from vecgate.recording.pretty import printable
from vecgate.recording.read import Conversation
from vecgate.refusals.catalogue import CATALOGUE


def who(talk: Conversation) -> str:
    """The user, or the address of one nobody knows."""
    return _member(talk.get("who"), "user") or str(talk.get("client") or "unknown")


def acting(talk: Conversation) -> str:
    """Who acts for them, whoever did it first: `ticket-helper, planner`."""
    tree = talk.get("who")
    return ", ".join(map(str, tree.get("acting", ()))) if isinstance(tree, dict) else ""


def operation(talk: Conversation) -> str:
    """What the call means and on what, for example `search on tickets`."""
    tree = talk.get("operation")
    name = _member(tree, "name")
    collections = tree.get("collections") if isinstance(tree, dict) else None
    return f"{name} on {', '.join(map(str, collections))}" if name and collections else name


def decision(talk: Conversation) -> str:
    """Effect and rule, for example `hold by owners/deletes`."""
    tree = talk.get("decision")
    effect, rule = _member(tree, "effect"), _member(tree, "rule")
    return f"{effect} by {rule}" if effect and rule else effect or rule


def approval(talk: Conversation) -> str:
    """Id, state and approvers, for example `7f3a approved by bob`."""
    tree = talk.get("approval")
    if not isinstance(tree, dict):
        return str(tree or "")
    by = tree.get("by") or ()
    said = f"{tree.get('id', '')} {tree.get('state', '')}".strip()
    return f"{said} by {', '.join(map(str, by))}" if by else said


def impact(talk: Conversation) -> str:
    """How many records it would touch, for example `412 of 500 in tickets`."""
    tree = talk.get("impact")
    if not isinstance(tree, dict):
        return str(tree or "")
    return f"{tree.get('touched')} of {tree.get('total')} in {tree.get('collection')}"


def masked(talk: Conversation) -> str:
    """How much was masked, for example `12 (PERSON 8, EMAIL_ADDRESS 4)`."""
    counts = talk.get("masked")
    if not isinstance(counts, dict) or not counts:
        return ""
    each = ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda c: (-c[1], c[0])))
    return f"{sum(counts.values())} ({each})"


def notes(talk: Conversation) -> str:
    """What the answer does not hold, for example `missing 450, vectors zero`."""
    said = talk.get("notes")
    return ", ".join(f"{k.removeprefix('vecgate-')} {v}" for k, v in said.items()) if isinstance(said, dict) else ""


def outcome(talk: Conversation) -> str:
    """How it ended: a status, a refusal's code, or the event."""
    code = talk.outcome.code
    refusal = _member(talk.get("refusal"), "code")
    status = talk.get("status")
    if refusal:
        return f"{refusal} ({status})" if status else refusal
    return str(status) if status and code in ("answer.released", "request.local") else code


def refused(talk: Conversation) -> str:
    """A refusal in the catalogue's words, with its numbers; names that the client was told are not recorded."""
    refusal, facts = talk.get("refusal"), talk.get("facts")
    kind = CATALOGUE.get(str(refusal.get("code") if isinstance(refusal, dict) else refusal))
    return printable(kind.told(facts if isinstance(facts, dict) else {})) if kind else ""


def milliseconds(talk: Conversation) -> str:
    """Time spent in all steps."""
    timings = talk.get("timings")
    return f"{sum(timings.values()):.0f} ms" if isinstance(timings, dict) and timings else ""


ROWS: Final[tuple[tuple[str, Callable[[Conversation], str]], ...]] = (
    ("who", who),
    ("by agent", acting),
    ("operation", operation),
    ("decision", decision),
    ("impact", impact),
    ("approval", approval),
    ("lease", lambda talk: _member(talk.get("lease"), "id")),
    ("outcome", outcome),
    ("records", lambda talk: str(talk.get("records") if talk.get("records") is not None else "")),
    ("not in it", notes),
    ("masked", masked),
    ("error", lambda talk: str(talk.get("error") or "")),
    ("time", milliseconds),
)


def describe(talk: Conversation) -> dict[str, str]:
    """Every row that has something to say, safe to print."""
    return {name: printable(text) for name, say in ROWS if (text := say(talk))}


def _member(tree: Any, name: str) -> str:
    if isinstance(tree, dict):
        tree = tree.get(name)
    return str(tree or "")
