"""How does a held call appear on a terminal? Lines, of the gateway's JSON."""

import json
import shlex
import time
from typing import Any, Final
from urllib.parse import quote

from vecgate.cli._asking.stages import approvers, stages
from vecgate.cli._gateway import safe
from vecgate.cli._table import table

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
    "share": "share_of",
    "collections": "touched_names",
    "aliases": "other_names",
    "last read": "last_read",
    "its own id": "thing_ids",
    "such as": "sampled",
    "call": "call",
    "rule": "rule",
    "approvers": "approvers",
    "approved by": "approved_by",
    "ended by": "ended_by",
    "reason": "reason",
}


def _view(request: dict[str, Any]) -> dict[str, str]:
    may = "may decide" if request["may_decide"] else ""
    view = {
        **request,
        "left": _duration(request["seconds_left"]),
        "you": "asked" if request["yours"] else may,
        "call": f"{request['method']} {request['path']}",
        "approvers": approvers(request),
        "approved_by": ", ".join(vote["by"] for vote in request["approvals"]),
        "thing_ids": ", ".join(filter(None, request["things"])),
        "sampled": ", ".join(request["samples"]),
        "share_of": f"{request['share']:.2%} of the records there are" if request["share"] is not None else "",
        "touched_names": ", ".join(request["collections"]),
        "other_names": ", ".join(request["aliases"] or ()),
        "last_read": "; ".join(map(_last_read, request["last_used"] or ())),
    }
    return {name: safe(view[name]) for name in {*_COLUMNS.values(), *_DETAILS.values()}}


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
    if request["body"] is not None:
        lines.append("what is sent (masked):")
        body = json.dumps(request["body"], indent=2, ensure_ascii=False).splitlines()
        lines += [f"  {safe(line)}" for line in body]
    return lines


def undoing(snapshots: list[dict[str, str]]) -> list[str]:
    """A command for each snapshot, to be run beside the database; what was written since is lost with it."""
    lines = ["# Beside the database, with a key that may restore; what was written since is lost."]
    for one in snapshots:
        place = f"http://localhost:6333/collections/{quote(one['collection'], safe='')}/snapshots"
        body = json.dumps({"location": f"{place}/{quote(one['name'], safe='')}", "priority": "snapshot"})
        call = ["curl", "-X", "PUT", f"{place}/recover", "-H", "content-type: application/json", "-d", body]
        lines.append(safe(shlex.join(call)))
    return lines


def _last_read(use: dict[str, Any]) -> str:
    hour = time.strftime("%Y-%m-%d %H:00 UTC", time.gmtime(use["at"]))
    return f"{use['collection']} in the hour of {hour}, by {use['by']}"


def _duration(seconds: float) -> str:
    if seconds <= 0:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes:02}m" if hours else f"{minutes}m {rest:02}s"
