"""A database of which nothing is said keeps nothing."""

from vecgate.dialects.base.snapshots import Snapshots


async def test_nothing_is_kept() -> None:
    assert Snapshots.snapshots is False
    assert await Snapshots().snapshot(None, "tickets") == ""  # type: ignore[arg-type]
