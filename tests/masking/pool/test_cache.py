"""Findings are remembered, the oldest forgotten, the text never kept."""

from vecgate.domain.finding import Finding
from vecgate.masking.detect.texts import Text
from vecgate.masking.pool.cache import Cache, weight

FOUND = (Finding(0, 3, "PERSON"),)


def test_an_empty_cache_remembers_nothing() -> None:
    cache = Cache(0)
    cache.put(b"1", FOUND)
    assert cache.get(b"1") is None
    assert (len(cache), cache.weight) == (0, 0)


def test_nothing_found_is_worth_remembering_too() -> None:
    cache = Cache(1)
    cache.put(b"1", ())
    assert cache.get(b"1") == ()


def test_the_least_recently_used_goes_first() -> None:
    cache = Cache(2)
    cache.put(b"1", FOUND)
    cache.put(b"2", FOUND)
    cache.get(b"1")
    cache.put(b"3", FOUND)
    assert (cache.get(b"1"), cache.get(b"2"), cache.get(b"3")) == (FOUND, None, FOUND)
    assert len(cache) == 2


def test_it_never_weighs_more_than_it_may() -> None:
    cache = Cache(1000, 4 * weight(FOUND))
    for number in range(50):
        cache.put(bytes([number]), FOUND if number % 2 else FOUND * 2)
        assert cache.weight <= 4 * weight(FOUND)
        assert cache.weight == sum(map(weight, cache._known.values()))
    assert len(cache) >= 2


def test_what_is_larger_than_all_of_it_displaces_nothing() -> None:
    cache = Cache(10, 2 * weight(FOUND))
    cache.put(b"1", FOUND)
    cache.put(b"2", FOUND * 50)
    assert (cache.get(b"1"), cache.get(b"2")) == (FOUND, None)


def test_what_is_put_again_counts_once() -> None:
    cache = Cache(10)
    for found in (FOUND, FOUND * 3, ()):
        cache.put(b"1", found)
        assert (len(cache), cache.weight) == (1, weight(found))


def test_two_caches_hash_the_same_text_differently_unless_they_share_a_key() -> None:
    text, key = Text("Anu Kotkas"), bytes(32)
    assert Cache(1).digest(text, "v") != Cache(1).digest(text, "v")
    assert Cache(1, key=key).digest(text, "v") == Cache(1, key=key).digest(text, "v")
