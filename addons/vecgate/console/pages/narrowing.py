"""What is said yes to, where it is less than was asked for? What a form says otherwise than the request does."""

from collections.abc import Mapping
from typing import Any, Final

from vecgate.console.visit import listed, number, spoken

_TEXTS: Final = ("mask", "tenant", "database")
_AMOUNTS: Final = ("records", "opened")


def narrowed(one: Mapping[str, Any], form: Mapping[str, str]) -> dict[str, Any]:
    """The `narrow` of a yes; empty: to all of it. A form without these fields, such as a short one, narrows nothing.

    Whether it is less is judged by the gateway. Each operation has a box of its own, `operation:NAME`.
    """
    less: dict[str, Any] = {name: said for name in _TEXTS if (said := _line(form, name)) and said != one[name]}
    if (said := _line(form, "for")) and said != spoken(one["seconds"]):
        less["for"] = said
    if (said := _line(form, "collections")) and listed(said) != [*one["collections"]]:
        less["collections"] = listed(said)
    for name in _AMOUNTS:
        if (said := _line(form, name)) and number(said) != one[name]:
            less[name] = number(said)
    if "operations" in form:
        kept = [name for name in one["operations"] if f"operation:{name}" in form]
        if kept != [*one["operations"]]:
            less["operations"] = kept
    return less


def _line(form: Mapping[str, str], name: str) -> str:
    return " ".join(form.get(name, "").split())
