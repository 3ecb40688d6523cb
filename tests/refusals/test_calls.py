"""Every place that refuses: the code is in the catalogue, and what is filled in fits its words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.tools.every import every
from vecgate.refusals.catalogue import CATALOGUE
from vecgate.refusals.mapping import AWAY, PLAIN

PACKAGE = Path(__file__).resolve().parents[2] / "addons" / "vecgate"
NOT_WORDS = {"retry_after", "request_id", "cause"}
_FIELD = re.compile(r"\{([a-z_]+)\}")


def calls() -> Iterator[tuple[str, ast.Call]]:
    texts = ((path, path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py")))
    for path, text in (one for one in texts if "refuse(" in one[1]):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "refuse":
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", node


CALLS = list(calls())
#: Where the code is a value: each that it can be.
VALUES = {
    "approvals/board.py": {"hold.spent", "requests.unconfirmed"},
    "approvals/refused.py": {"hold.denied", "hold.expired", "hold.withdrawn"},
    "handling/deciding.py": {"policy.apart", "policy.claim", "rows.unscopable"},
    "handling/holding.py": {"hold.expired", "hold.withdrawn"},
    "masking/apply/unmask.py": {"unmask.retired", "unmask.unknown"},
    "refusals/mapping.py": {*AWAY.values(), *PLAIN.values()},
}


def codes(node: ast.expr) -> list[str] | None:
    """The codes that a first argument can be: a text, or one of two."""
    match node:
        case ast.Constant(value=str() as code):
            return [code]
        case ast.IfExp():
            both = codes(node.body), codes(node.orelse)
            return None if None in both else [*(both[0] or ()), *(both[1] or ())]
    return None


SAID = [(where, node, codes(node.args[0])) for where, node in CALLS]


def fields(*texts: str) -> set[str]:
    return set(_FIELD.findall(" ".join(texts)))


def test_nearly_all_say_their_code_where_they_are_and_the_others_are_listed() -> None:
    assert len(CALLS) > 60
    assert {where.partition(":")[0] for where, _, said in SAID if said is None} == set(VALUES)
    assert set().union(*VALUES.values()) <= set(CATALOGUE)


@every(("node", "said"), [one[1:] for one in SAID if one[2]], ids=[where for where, _, said in SAID if said])
def test_the_code_is_known_and_the_arguments_fit_its_words(node: ast.Call, said: list[str]) -> None:
    given = {keyword.arg for keyword in node.keywords}
    causes = [k.value.value for k in node.keywords if k.arg == "cause" and isinstance(k.value, ast.Constant)]
    for kind in map(CATALOGUE.__getitem__, said):
        assert set(causes) <= {"", *kind.instead}, "a cause that the row does not have"
        todo = [kind.instead[str(cause)] if cause else kind.todo for cause in causes] or [kind.todo]
        if None not in given:  # no **values
            assert fields(kind.what, *todo) <= given, f"{kind.code} lacks words"
            every = fields(kind.what, kind.todo, *kind.instead.values())
            assert len(said) > 1 or given - NOT_WORDS <= every, f"{kind.code} has no place for these"


@pytest.mark.parametrize("error", ["TokenInvalid", "MaskRefused"])
def test_an_error_that_brings_its_code_brings_one_that_there_is(error: str) -> None:
    found = {
        str(node.args[0].value)
        for text in (path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
        if error in text
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == error
        if node.args and isinstance(node.args[0], ast.Constant)
    }
    assert found
    assert found <= set(CATALOGUE)
