"""How are addresses written where Faker does not go? Forms of streets and towns, filled with any name."""

import random
import re
from collections.abc import Callable
from typing import Final

_SLOT: Final = re.compile(r"\{(\w+)\}")
_LETTERS: Final = "ABCDEFGH"
_DIRECTIONS: Final = ("N", "S", "E", "W", "North", "South", "East", "West", "NE", "SW")
#: `#`: a digit, `@`: a letter. Five digits are the commonest form.
_POSTCODES: Final = (
    *"##### ##### #### ###### ##-### ####-### @-#### @@-#### #####-####".split(),
    "### ##", "#### @@", "@@# #@@", "@## #@@", "@#@ #@#",
)  # fmt: skip


def _postcode(pick: random.Random) -> str:
    return "".join(
        str(pick.randint(0, 9)) if c == "#" else pick.choice("ABCDEFGHJKLMNPRSTW") if c == "@" else c
        for c in pick.choice(_POSTCODES)
    )


def _town(town: str, pick: random.Random) -> str:
    post = _postcode(pick)
    return pick.choice(
        [f"{post} {town}", f"{town} {post}", f"{town}, {post}", town, f"{post}, {town}", f"{town} - {post}"]
    )


def _street(form: str, name: Callable[[], str], pick: random.Random) -> str:
    slots: dict[str, Callable[[], object]] = {
        "number": lambda: pick.randint(1, 4999),
        "small": lambda: pick.randint(1, 160),
        "letter": lambda: pick.choice(_LETTERS),
        "direction": lambda: pick.choice(_DIRECTIONS),
        "ordinal": lambda: pick.choice(["1st", "2nd", "3rd", "5th", "10th", "42nd", "113th"]),
        "name": name,
    }
    return _SLOT.sub(lambda m: str(slots[m[1]]()), form)


def address(forms: tuple[str, ...], name: Callable[[], str], town: Callable[[], str], pick: random.Random) -> str:
    """A street with its number; mostly also a town, sometimes a country after it or lines instead of commas."""
    made, between = _street(pick.choice(forms), name, pick), pick.choice([", ", ", ", ", ", "\n", " "])
    if pick.random() < 0.65:
        made += between + _town(town(), pick)
    return made
