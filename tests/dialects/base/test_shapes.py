"""Are the small shapes what their users take them for?"""

from vecgate.dialects.base.dialect import Listing, Read, Room
from vecgate.domain.operation import Operation


def test_they_are_told_by_the_names_of_their_parts() -> None:
    operation = Operation("x", "y", "count", 1)
    assert Read(operation, iter([1])).operation is operation
    assert Room(1, 2, 3, 4).text == 4
    assert Listing([1], (operation,)).about == (operation,)
