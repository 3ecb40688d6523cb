"""Findings are remembered, the oldest forgotten, the text never kept."""

from vecgate.masking.cache import Cache
from vecgate.masking.texts import Text
from vecgate.terms import Finding

FOUND = (Finding(0, 3, "PERSON"),)


def test_an_empty_cache_remembers_nothing() -> None:
    cache = Cache(0)
    cache.put(b"1", FOUND)
    assert cache.get(b"1") is None


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


def test_two_caches_hash_the_same_text_differently() -> None:
    text = Text("Anu Kotkas")
    assert Cache(1).digest(text, "v") != Cache(1).digest(text, "v")
