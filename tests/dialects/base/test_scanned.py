"""A dialect that says nothing of scans has none; a sample is spread over a collection, each record at most once."""

import itertools

import pytest

from support.tools.every import every
from vecgate.dialects.base.scanned import Scanned, spread
from vecgate.domain.call import Call
from vecgate.domain.operation import Operation


def test_by_itself_a_dialect_has_no_scans() -> None:
    dialect = Scanned()
    assert dialect.sample("", "", "people", 10, lambda _: 0) is None
    assert dialect.samples(Call("GET", "/count")) is False
    with pytest.raises(ValueError, match="no sample"):
        dialect.singly(Operation("toy", "get", "scan", 2), {"ids": []})


@every("draw", [lambda _: 0, lambda below: below - 1, lambda below: below // 2])
@every(("total", "most"), itertools.product([0, 1, 7, 60, 99, 1000, 12345], [1, 9, 10, 30, 300, 999]))
def test_so_many_different_records_are_read_in_all_parts(total: int, most: int, draw: object) -> None:
    read = [at for offset, limit in spread(total, most, draw) for at in range(offset, offset + limit)]  # type: ignore[arg-type]
    assert len(read) == len(set(read)) == min(total, most)
    assert not read or (read[0] >= 0 and read[-1] < total)
    if most >= 300 and total >= most:
        assert read[-1] >= total * 19 // 20
        assert read[0] < total // 20
