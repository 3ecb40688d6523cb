"""Where a database is does not show itself."""

from pathlib import Path

from vecgate.domain.upstream import Upstream


def test_it_is_named_without_where_it_is() -> None:
    made = Upstream("db", "chroma", frozenset({"db.test"}), frozenset(), "https://10.0.0.5:8000", "db", Path("ca"), 30)
    assert "10.0.0.5" not in repr(made)
    assert "db.test" in repr(made)
