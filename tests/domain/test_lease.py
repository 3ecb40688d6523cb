"""What a lease proves itself with is never shown."""

from vecgate.domain.lease import Lease


def test_the_material_is_not_printed_and_does_not_tell_leases_apart() -> None:
    one, other = (Lease("l1", "https://i#s1", "db", 9.0, material) for material in ("private key", None))
    assert "private" not in repr(one)
    assert one == other
