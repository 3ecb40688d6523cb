"""Are messages read and printed by a folder's own descriptors?"""

from dialects.base.grpc.made import made
from vecgate.dialects.base.grpc.messages import printed


def test_what_is_read_is_printed_in_one_form() -> None:
    came = b"\x10\x07\x0a\x01a"  # field 2 before field 1
    message = made().read("made.Outer", came)
    assert (message.text, message.number) == ("a", 7)
    assert printed(message) == b"\x0a\x01a\x10\x07"


def test_pairs_are_printed_in_one_order() -> None:
    message = made().new("made.Outer")
    message.pairs.update({"b": "1", "a": "2", "c": "3"})
    again = made().new("made.Outer")
    again.pairs.update({"c": "3", "a": "2", "b": "1"})
    assert printed(message) == printed(again)


def test_two_folders_may_have_messages_of_one_name() -> None:
    first, second = made(), made.__wrapped__()
    assert first.pool is not second.pool
    assert first.new("made.Inner").DESCRIPTOR is not second.new("made.Inner").DESCRIPTOR
