"""Does a test name each fact of each dialect's page, and only facts that are there?"""

import re
from pathlib import Path

import pytest

import vecgate.dialects

DIALECTS = Path(vecgate.dialects.__file__).parent
TESTS = Path(__file__).parents[1]
_FACT = re.compile(r"\b([A-Z])-(\d{2,3})\b")
PAGES = sorted(DIALECTS.glob("*/facts.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_each_fact_is_named_by_a_test(page: Path) -> None:
    facts = re.findall(r"^\| ([A-Z]-\d{2,3}) \|", page.read_text("utf-8"), re.MULTILINE)
    assert len(facts) == len(set(facts)) > 20
    letter = facts[0][0]
    named = {
        f"{letter}-{found[2]}"
        for test in TESTS.rglob("test_*.py")
        for found in _FACT.finditer(test.read_text("utf-8"))
        if found[1] == letter
    }
    assert sorted(set(facts) - named) == []
    assert sorted(named - set(facts)) == []
