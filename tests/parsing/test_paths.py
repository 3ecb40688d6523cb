"""Is there one spelling of each path, and is every other one refused?"""

import pytest

from support.tools.every import every
from vecgate.parsing import paths
from vecgate.refusals.errors import CallRefused

ACCEPTED = [
    # plain
    ("/a", ("a",), "/a"),
    ("/api/v2/heartbeat", ("api", "v2", "heartbeat"), "/api/v2/heartbeat"),
    ("/a?", ("a",), "/a"),
    # names that look odd and are not
    ("/a.b/c..d/...", ("a.b", "c..d", "..."), "/a.b/c..d/..."),
    ("/a-b_c~d", ("a-b_c~d",), "/a-b_c~d"),
    # several spellings, one canonical form
    ("/%61", ("a",), "/a"),
    ("/a%20b", ("a b",), "/a%20b"),
    ("/a@b", ("a@b",), "/a%40b"),
    ("/a%40b", ("a@b",), "/a%40b"),
    ("/%c3%a4", ("ä",), "/%C3%A4"),
    ("/A", ("A",), "/A"),
]


@pytest.mark.parametrize(("target", "segments", "canonical"), ACCEPTED)
def test_a_path_is_decoded_once_and_written_in_one_way(target: str, segments: tuple[str, ...], canonical: str) -> None:
    got, _ = paths.split(target)
    assert got == segments
    assert paths.join(got) == canonical
    assert paths.split(canonical) == (segments, ())


REFUSED = [
    # degenerate
    "",
    "?",
    # not in origin form
    "a",
    "*",
    "http://host/a",
    "//host/a",
    # empty segments
    "/a/",
    "/a//b",
    "//a",
    # dot segments, plain and escaped
    "/a/./b",
    "/a/../b",
    "/..",
    "/a/%2e%2e/b",
    "/a/%2E/b",
    "/a/.%2e/b",
    "/a%2eb",
    # escaped separators
    "/a%2fb",
    "/a%2Fb",
    "/a%5cb",
    "/a%5Cb",
    "/a\\b",
    # escaped twice
    "/a%252fb",
    "/%2541",
    # broken escapes
    "/a%",
    "/a%2",
    "/a%zz",
    "/a%u002f",
    # not UTF-8, overlong, surrogates
    "/%ff",
    "/%c0%af",
    "/%ed%a0%80",
    # NUL, controls, invisible
    "/a%00",
    "/a%0a",
    "/a%7f",
    "/a%e2%80%8b",
    "/a%e2%80%ae",
    "/a\x00",
    "/a\n",
    "/a\t",
    # characters that may not stand unescaped
    "/a b",
    "/ä",
    '/a"b',
    "/a<b",
    "/a|b",
    # parameters and fragments
    "/a;b",
    "/a%3bb",
    "/a#b",
    # beyond all bounds
    "/" + "a" * 9000,
]


@every("target", REFUSED)
def test_a_path_with_a_second_reading_is_refused(target: str) -> None:
    with pytest.raises(CallRefused) as refused:
        paths.split(target)
    assert refused.value.refusal.code == "path.odd"  # type: ignore[attr-defined]


def test_a_query_keeps_its_order() -> None:
    assert paths.split("/a?limit=5&offset=10")[1] == (("limit", "5"), ("offset", "10"))


@pytest.mark.parametrize(
    "query", ["a", "=1", "a=", "a=1&a=2", "a=1&", "&", "a=1&&b=2", "a=%31", "a=1+2", "a=b=c", "a[]=1", "a=1;b=2", "a=?"]
)
def test_a_query_with_a_second_reading_is_refused(query: str) -> None:
    with pytest.raises(CallRefused, match=r"path\.odd"):
        paths.split(f"/a?{query}")


def test_only_known_query_keys_pass() -> None:
    assert paths.allow((), ()) == ()
    assert paths.allow((("limit", "5"),), ("limit",)) == (("limit", "5"),)
    with pytest.raises(CallRefused, match="limit"):
        paths.allow((("LIMIT", "5"),), ("limit",))


@pytest.mark.parametrize("segment", ["", ".", "..", "a/b", "a\\b", "a;b", "a%b", "a\n", "a\u200b"])
def test_a_segment_that_could_not_be_read_again_is_never_written(segment: str) -> None:
    with pytest.raises(CallRefused, match=r"path\.odd"):
        paths.join(("a", segment))


def test_the_root_is_a_path_of_no_segments() -> None:
    assert paths.split("/") == ((), ())
    assert paths.join(()) == "/"
