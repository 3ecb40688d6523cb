"""What is otherwise in the form of a yes than in the request is what it is narrowed to, and nothing else."""

from typing import Any

import pytest

from vecgate.console.pages.narrowing import narrowed

ONE: dict[str, Any] = {
    "seconds": 7200.0, "operations": ["count", "search"], "collections": ["a", "b-*"], "mask": "strict", "tenant": "",
    "database": "", "records": 500, "opened": None,
}  # fmt: skip
FORM = {
    "for": "2h", "operations": "some", "operation:count": "on", "operation:search": "on", "collections": "a, b-*",
    "mask": "strict", "records": "500", "opened": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("form", "less"),
    [
        ({}, {}),
        (FORM, {}),
        (FORM | {"for": " 1h "}, {"for": "1h"}),
        (FORM | {"for": ""}, {}),
        (FORM | {"collections": "a"}, {"collections": ["a"]}),
        (FORM | {"collections": " a ,  b-* "}, {}),
        (FORM | {"records": "50"}, {"records": 50}),
        (FORM | {"opened": "3"}, {"opened": 3}),
        (FORM | {"records": "many"}, {"records": "many"}),
        (FORM | {"mask": "none"}, {"mask": "none"}),
        (FORM | {"tenant": "acme"}, {"tenant": "acme"}),
        ({name: said for name, said in FORM.items() if name != "operation:count"}, {"operations": ["search"]}),
        ({name: said for name, said in FORM.items() if not name.startswith("operation:")}, {"operations": []}),
        ({"operation:search": "on"}, {}),
    ],
)
def test_less(form: dict[str, str], less: dict[str, Any]) -> None:
    assert narrowed(ONE, form) == less
