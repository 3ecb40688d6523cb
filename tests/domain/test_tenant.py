"""Nobody is no tenant of any database."""

from vecgate.domain.tenant import NOBODY


def test_nobody_is_of_no_database_and_of_no_tenant() -> None:
    assert NOBODY == ("", "")
