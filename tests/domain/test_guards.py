"""What a rule guards, in words; and which guards must be told the records of an answer."""

import pytest

from vecgate.domain.decision import Rate
from vecgate.domain.guards import NO_GUARDS, Budget, Canaries, Guards

DAILY = Rate(500, 86400)


@pytest.mark.parametrize(
    ("guards", "said", "asks"),
    [
        (NO_GUARDS, "", False),
        (Guards(scores="drop"), "scores drop", False),
        (Guards(scores=2, depth=100), "scores 2, depth 100", False),
        (Guards(stamp=True, show_stamp=True), "stamp, show_stamp", False),
        (Guards(quarantine="withhold"), "quarantine withhold", True),
        (Guards(budget=Budget(searches=DAILY)), "budget searches 500/day", False),
        (Guards(budget=Budget(records=DAILY, opened=Rate(2, 60))), "budget records 500/day and opened 2/min", True),
        (Guards(canaries=Canaries(frozenset({"a", "b"}))), "canaries 2 ids", True),
        (Guards(canaries=Canaries(mark={"bait": True})), "canaries by mark", True),
    ],
)
def test_guards_are_told_in_words(guards: Guards, said: str, asks: bool) -> None:
    assert str(guards) == said
    assert guards.asks is asks
