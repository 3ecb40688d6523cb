"""Nothing is known unless it is said; then nothing is told of what would need it."""

from vecgate.policy.review.surroundings import Surroundings


def test_nothing_is_known_unless_it_is_said() -> None:
    known = Surroundings()
    assert [*known.upstreams, *known.issuers, *known.groups, *known.collections, *known.there] == []
