"""A dialect that tells guards nothing tells them just that."""

from vecgate.dialects.base.guarded import Guarded
from vecgate.domain.call import Answer, Call
from vecgate.domain.operation import Operation

READ = Operation("toy", "get", "list_scan", 2)


async def test_by_itself_a_dialect_tells_no_records_and_changes_nothing() -> None:
    dialect, call, tree = Guarded(), Call("POST", "/get"), {"ids": ["a"], "scores": [0.1]}
    assert (dialect.tells, dialect.lists(READ)) == (False, False)
    assert dialect.answered(READ, tree) is None
    assert dialect.carried(READ, tree) is None
    assert dialect.unwithheld(call, READ) is None
    assert dialect.recalled(call, READ, ["a"]) is None
    assert dialect.laid(call, {}) is None
    told, untold = dialect.telling(call, READ, ["mark"])
    assert (told, untold(tree)) == (call, tree)
    assert dialect.scored(READ, tree, None) == tree
    assert (dialect.vectors(READ, tree), dialect.searches(READ, tree), dialect.exact(READ, tree, True)) == ([], 1, None)
    assert await dialect.reach(call, READ, nobody, 5) == 0
    assert await dialect.lost(call, READ, nobody, ["_vecgate_who"]) == 0


async def nobody(call: Call) -> Answer:
    raise AssertionError(call)
