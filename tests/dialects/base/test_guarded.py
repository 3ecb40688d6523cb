"""A dialect that tells guards nothing tells them just that."""

from vecgate.dialects.base.guarded import Guarded
from vecgate.domain.call import Call
from vecgate.domain.operation import Operation

READ = Operation("toy", "get", "list_scan", 2)


def test_by_itself_a_dialect_tells_no_records_and_changes_nothing() -> None:
    dialect, call, tree = Guarded(), Call("POST", "/get"), {"ids": ["a"], "scores": [0.1]}
    assert dialect.answered(READ, tree) is None
    assert dialect.carried(READ, tree) is None
    told, untold = dialect.telling(call, READ)
    assert (told, untold(tree)) == (call, tree)
    assert dialect.scored(READ, tree, None) == tree
    assert (dialect.vectors(READ, tree), dialect.searches(READ, tree), dialect.reach(READ, tree)) == ([], 1, 0)
