"""How is access shown on a terminal? A row each in a list, all that is known of one, and what came of ending many."""

import argparse
import json
from datetime import datetime
from typing import Any, Final

from vecgate.cli._asking.stages import approvers, stages
from vecgate.cli._gateway import safe
from vecgate.cli._table import table

_COLUMNS: Final = ("ID", "STATE", "LEFT", "WHO", "WHERE", "WHAT", "WHY", "YOU")
_SECONDS: Final = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def printed(args: argparse.Namespace, tree: dict[str, Any]) -> int:
    if args.json:
        print(json.dumps(tree, indent=2))
    elif args.action == "debrief":
        print("\n".join(map(safe, _debriefed(tree))))
    elif args.action == "list":
        _print_table([_row(one) for one in tree["access"]])
    else:
        print("\n".join(map(safe, details(tree))))
    return 0


def printed_ended(args: argparse.Namespace, tree: dict[str, Any]) -> int:
    """What was taken away, and what was not and why; 1 where something was not."""
    ended, kept, others = tree["ended"], tree["kept"], tree["others"]
    if args.json:
        print(json.dumps(tree, indent=2))
        return 1 if kept or others else 0
    if ended:
        _print_table([_row(one) for one in ended])
    print(f"{len(ended)} ended.")
    for one in kept:
        print(safe(f"Not ended: {one['id']} of {one['holder']}: {one['why']}"))
    if others:
        print(f"Not ended: {others} more that only others may answer.")
    return 1 if kept or others else 0


def _row(access: dict[str, Any]) -> tuple[str, ...]:
    state = access["state"] if access["how"] in ("", access["state"]) else access["how"].replace("_", " ")
    state = f"{state} (not proven)" if access["unproven"] else state
    state = f"{state} (glass broken)" if access["glass"] else state
    you = "asked" if access["yours"] else "may decide" if access["may_decide"] else ""
    you = f"{you}, debrief unread".removeprefix(", ") if access["owes_reading"] else you
    you = f"{you}, to be reviewed".removeprefix(", ") if access["owes_review"] else you
    left = _lasting(access["seconds_left"]) if access["seconds_left"] else ""
    what = ", ".join(access["operations"])
    where = " ".join([access["upstream"], ",".join(access["collections"])]).strip()
    return tuple(map(safe, (access["id"], state, left, _holder(access), where, what, access["reason"], you)))


def _holder(access: dict[str, Any]) -> str:
    """Whose access it is, and who asked for them."""
    return " by ".join([access["holder"], *access.get("acting", ())])


def _print_table(rows: list[tuple[str, ...]]) -> None:
    if not rows:
        print("No requests for access.")
        return
    print("\n".join(table([_COLUMNS, *rows])))


def standing(access: dict[str, Any]) -> str:
    """Whose it is and what it gives, in one line; where that is nothing now, so it is said."""
    state = access["state"] + (f" ({access['how'].replace('_', ' ')})" if access["how"] else "")
    left = f", {_lasting(access['seconds_left'])} left" if access["state"] == "granted" else ""
    most = f", at most {at_most}" if (at_most := _what(access)["at most"]) else ""
    unlike = "" if access["state"] == "granted" else "; what follows is as if it were granted"
    return safe(f"{access['id']} of {access['holder']}, {state}{left}{most}{unlike}")


def details(access: dict[str, Any]) -> list[str]:
    asked = access["asked"]
    said = {
        "access": access["id"],
        "state": access["state"] + (f" ({access['how'].replace('_', ' ')})" if access["how"] else ""),
        "not proven": access["unproven"],
        "time left": _lasting(access["seconds_left"]) if access["seconds_left"] else "",
        "asked by": _holder(access),
        "because": access["reason"],
        "ticket": access["ticket"],
        **_what(access),
        "asked for": _terms(asked) if asked else "",
        "begins": _time(access["begins_at"]),
        "ends": _time(access["ends_at"]),
        "rule": access["rule"],
        "approvers": approvers(access),
        "reviewed by" if access["glass"] else "approved by": ", ".join(vote["by"] for vote in access["approvals"]),
        "ended by": access["ended_by"],
        "why": access["why"],
        "automatic": f"answered by '{access['automatic']}'" if access["automatic"] else access["would"],
        "glass": f"broken by a {access['glass']}; nobody was asked" if access["glass"] else "",
        "review": _review(access),
        "they found": access["found"],
        "carries on": access["extends"],
        "copy of": access["again"],
        "debrief": access["debrief"] or "",
        "read by": ", ".join(vote["by"] for vote in access["acknowledged"]),
    }
    return [f"{title:<12} {value}" for title, value in said.items() if value] + stages(access)


def _review(access: dict[str, Any]) -> str:
    """Until when it is to be reviewed, or what came of it."""
    until = f" until {_time(access['review_until'])}" if access["verdict"] == "unreviewed" else ""
    return f"{access['verdict']}{until}"


def _debriefed(access: dict[str, Any]) -> list[str]:
    """What was asked for and what was done, side by side."""
    done, unused, id = access["done"], access["unused"], access["id"]
    state = access["state"] + (f" ({access['how'].replace('_', ' ')})" if access["how"] else "")
    said = {
        "access": f"{id} of {access['holder']}, {state}",
        "because": access["reason"],
        "asked for": _terms(access["asked"] or access),
        "granted": _terms(access) if access["asked"] else "",
        "calls": str(done["calls"]),
        "operations": _counts(done["operations"]),
        "collections": _counts(done["collections"]),
        "records": f"{'about ' if done['records_are_about'] else ''}{done['records']} different ones",
        "masked": _counts(done["masked"]) or "nothing",
        "opened": _counts(done["opened"]) or "nothing",
        "refused": _counts(done["refused"]) or "nothing",
        "first, last": " to ".join(filter(None, (_time(done["first_at"]), _time(done["last_at"])))),
        "not used": ", ".join([*unused["collections"], *unused["operations"]]),
        "read by": ", ".join(vote["by"] for vote in access["acknowledged"]),
        "as much": f"vecgate access request --like {id}" if access["next"] is not None and not access["glass"] else "",
        "you": f"have not acknowledged it: vecgate access acknowledge {id}" if access["owes_reading"] else "",
    }
    return [f"{title:<12} {value}" for title, value in said.items() if value]


def _terms(terms: dict[str, Any]) -> str:
    return "; ".join(f"{name} {value}" for name, value in _what(terms).items() if value)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items())


def _what(terms: dict[str, Any]) -> dict[str, str]:
    inside = " / ".join(filter(None, (terms["tenant"], terms["database"])))
    budget = [f"{terms[name]} {name}" for name in ("records", "opened") if terms[name] is not None]
    return {
        "upstream": terms["upstream"] + (f" ({inside})" if inside else ""),
        "collections": ", ".join(terms["collections"]),
        "operations": ", ".join(terms["operations"]),
        "for": _lasting(terms["seconds"]),
        "mask": terms["mask"],
        "at most": ", ".join(budget),
    }


def _time(seconds: float | None) -> str:
    return datetime.fromtimestamp(seconds).astimezone().isoformat(" ", "seconds") if seconds else ""


def _lasting(seconds: float) -> str:
    """A time in its two largest units."""
    rest, words = int(seconds), []
    for unit, size in _SECONDS:
        if rest >= size:
            words.append(f"{rest // size}{unit}")
            rest %= size
    return " ".join(words[:2]) or "0s"
