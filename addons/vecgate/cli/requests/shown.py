"""How does a held call appear on a terminal? Lines, of the gateway's JSON."""

import json
import shlex
import time
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from vecgate.cli._asking.stages import approvers, stages
from vecgate.cli._gateway import safe
from vecgate.cli._table import table

_BESIDE: Final = "http://localhost:6333/collections"
_COLUMNS: Final = {
    "ID": "id",
    "STATE": "state",
    "LEFT": "left",
    "WHO": "requester",
    "WHERE": "upstream",
    "WHAT": "effect",
    "WHY": "why",
    "YOU": "you",
}
_DETAILS: Final = {
    "request": "id",
    "state": "state",
    "time left": "left",
    "asked by": "requester",
    "because": "why",
    "upstream": "upstream",
    "operation": "operation",
    "effect": "effect",
    "a yes is for": "bound_to",
    "share": "share_of",
    "collections": "touched_names",
    "aliases": "other_names",
    "last read": "last_read",
    "narrowed to": "narrowed_to",
    "can leave": "choices",
    "its own id": "thing_ids",
    "such as": "sampled",
    "call": "call",
    "rule": "rule",
    "automatic": "would",
    "approvers": "approvers",
    "approved by": "approved_by",
    "ended by": "ended_by",
    "reason": "reason",
}


_LONGEST_ID: Final = 100
#: States in which it was a call that ended it: the one that went through.
_RAN: Final = ("spent", "used")
#: What is told of each step of a plan, too.
_OF_A_STEP: Final = {
    title: name
    for title, name in _DETAILS.items()
    if name
    in (
        *("upstream", "share_of", "touched_names", "other_names", "last_read", "thing_ids", "sampled", "call", "rule"),
        "bound_to",
    )
}


def _reach(call: dict[str, Any]) -> dict[str, Any]:
    """What is told of a held call, or of a step of a plan, of what it would do."""
    bound = call["bound"]
    return {
        **call,
        "call": f"{call['method']} {call['path']}",
        "thing_ids": ", ".join(filter(None, call["things"])),
        "sampled": ", ".join(_short(call["samples"])),
        "share_of": f"{call['share']:.2%} of the records there are" if call["share"] is not None else "",
        "touched_names": ", ".join(call["collections"]),
        "other_names": ", ".join(call["aliases"] or ()),
        "last_read": "; ".join(map(_last_read, call["last_used"] or ())),
        "bound_to": f"these {bound} records, and no others" if bound is not None else "",
    }


def _view(request: dict[str, Any]) -> dict[str, str]:
    may = "may decide" if request["may_decide"] else ""
    view = {
        **_reach(request),
        "requester": " by ".join([request["requester"], *request.get("acting", ())]),
        "left": _duration(request["seconds_left"]),
        "ended_by": f"call {request['ended_by']}" if request["state"] in _RAN else request["ended_by"],
        "you": "asked" if request["yours"] else may,
        "approvers": approvers(request),
        "approved_by": ", ".join(vote["by"] for vote in request["approvals"]),
        "narrowed_to": narrowed(request.get("narrowed") or {}),
        "choices": _choices(request) if request["may_decide"] and request["state"] == "pending" else "",
    }
    return {name: safe(view[name]) for name in {*_COLUMNS.values(), *_DETAILS.values()}}


def narrowed(less: dict[str, Any]) -> str:
    """What alone was agreed to."""
    said = [f"at most {less['results']} results"] if "results" in less else []
    said += [f"the mask {less['mask']}"] if "mask" in less else []
    if "ids" in less:
        said += [f"only {', '.join(less['ids'])}" if less["ids"] else "some of the records"]
    return ", ".join(said)


def _choices(request: dict[str, Any]) -> str:
    """How a yes can be to less, or to still less than was agreed to, in the words of the options."""
    can, left = request.get("narrowable") or {}, (request.get("narrowed") or {}).get("ids")
    ids = [one for one in can.get("ids") or () if not left or one in left]
    said = []
    if can.get("results") is not None:
        said.append("--results" + (f" up to {can['results']}" if can["results"] else ""))
    said += [f"--mask {' or '.join(can['masks'])}"] if can.get("masks") else []
    said += [f"--only or --without {', '.join(_short(ids))}"] if ids else []
    return f"'approve --narrow' with {'; '.join(said)}" if said else ""


def _short(ids: list[str]) -> list[str]:
    """As they are, but for what is so long that it would hide what else is said; `--json` has all of it."""
    return [one if len(one) <= _LONGEST_ID else f"{one[:_LONGEST_ID]}..." for one in ids]


def rows(requests: list[dict[str, Any]]) -> list[str]:
    """One line each."""
    views = [_view(one) for one in requests]
    if not views:
        return ["No requests."]
    return table([tuple(_COLUMNS), *(tuple(view[name] for name in _COLUMNS.values()) for view in views)])


def details(request: dict[str, Any]) -> list[str]:
    """All of one."""
    view = _view(request)
    lines = [f"{title:<12} {view[name]}" for title, name in _DETAILS.items() if view[name]]
    lines += stages(request)
    lines += _body(request)
    for step in request["steps"]:
        lines += _step(step)
    return lines


def _body(call: dict[str, Any]) -> list[str]:
    if call["body"] is None:
        return []
    # `splitlines` ends a line at U+2028 in a text, too: what stands behind it would look like a line of ours.
    body = json.dumps(call["body"], indent=2, ensure_ascii=False).split("\n")
    return ["what is sent (masked):", *(f"  {safe(line)}" for line in body)]


def _step(step: dict[str, Any]) -> list[str]:
    """One call of a plan: all of it, as it would be shown alone."""
    view = _reach(step)
    told = [f"  {title:<12} {safe(view[name])}" for title, name in _OF_A_STEP.items() if view[name]]
    head = safe(f"step {step['step']} ({step['stands']}): {step['operation']} {step['effect']}")
    return [head, *told, *(f"  {line}" for line in _body(step))]


def undoing(snapshots: list[dict[str, Any]]) -> list[str]:
    """A command for each snapshot, to be run beside the database; what was written since is lost with it.

    The last one first: so a collection that several steps of a plan changed ends as it was before all of them. Aliases
    are no part of a snapshot: another command puts them back.
    """
    lost = any(one["name"] for one in snapshots)
    may = "restore; what was written since is lost" if lost else "set aliases"
    lines = [f"# Beside the database, with a key that may {may}."]
    for one in reversed(snapshots):
        if one["step"]:
            lines.append(f"# before step {one['step']}")
        if one["name"]:
            place = f"{_BESIDE}/{quote(one['collection'], safe='')}/snapshots"
            body = {"location": f"{place}/{quote(one['name'], safe='')}", "priority": "snapshot"}
            lines.append(_call("PUT", f"{place}/recover", body))
        if one["aliases"]:
            lines.append(_call("POST", f"{_BESIDE}/aliases", {"actions": [*_renaming(one)]}))
    return lines


def _renaming(one: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for alias in one["aliases"]:
        if one["collection"]:
            yield {"create_alias": {"collection_name": one["collection"], "alias_name": alias}}
        else:
            yield {"delete_alias": {"alias_name": alias}}


def _call(method: str, url: str, body: dict[str, Any]) -> str:
    return safe(shlex.join(["curl", "-X", method, url, "-H", "content-type: application/json", "-d", json.dumps(body)]))


def _last_read(use: dict[str, Any]) -> str:
    hour = time.strftime("%Y-%m-%d %H:00 UTC", time.gmtime(use["at"]))
    return f"{use['collection']} in the hour of {hour}, by {use['by']}"


def _duration(seconds: float) -> str:
    if seconds <= 0:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes:02}m" if hours else f"{minutes}m {rest:02}s"
