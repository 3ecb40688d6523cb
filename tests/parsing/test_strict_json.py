"""Strict JSON: what two parsers could read differently is refused."""

import json
import random
import re
from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.tools.every import every
from vecgate.parsing import strict_json
from vecgate.parsing.strict_json import MAX_DEPTH, Bounds, NotStrict, check, dump, parse

GOOD = [
    b"null",
    b"{}",
    b'{"a":[1,2.5,-3e2,true,false,null,"x"]}',
    '{"name":"Zoë"}'.encode(),
    b'{"filter":1,"Filter":2}',  # different keys to a case-sensitive server
    b'{"n":18446744073709551615}',
    b"[999999999999999999,-999999999999999999,9223372036854775807,-9223372036854775808]",
    b"[9e99,9e307,1e-400,0.123456789012345678901,5e-05]",
    b"[" * MAX_DEPTH + b"]" * MAX_DEPTH,
]

BAD = [
    (b"", "not JSON"),
    (b"{", "not JSON"),
    (b"{} {}", "not JSON"),
    # duplicates, also where escapes hide them, also deep inside
    (b'{"a":1,"a":2}', "duplicate key"),
    (b'{"a":1,"\\u0061":2}', "duplicate key"),
    (b'[{"x":{"a":1,"a":1}}]', "duplicate key"),
    # numbers that are none, or that parsers round differently
    (b'{"a":NaN}', "NaN"),
    (b"[Infinity]", "NaN"),
    (b"[1e400]", "out of range"),
    (b"[18446744073709551616]", "out of range"),
    (b"[" + b"1" * 5000 + b"]", "out of range"),
    (b"[-9223372036854775809]", "out of range"),
    (b"[1E+0400]", "out of range"),
    (b"[0.5, -1e309]", "out of range"),
    (b"[" + b"9" * 300 + b"e99]", "out of range"),
    (b"[" + b"9" * 310 + b".5]", "out of range"),
    # encodings
    (b"\xff\xfe{\x00}\x00", "not UTF-8"),
    (b"\xef\xbb\xbf{}", "byte order mark"),
    (b'["\\ud800"]', "not JSON"),
    # depth
    (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "nested deeper"),
    (b"[" * 100_000, "nested deeper"),
    # weight
    (b"[" + b"[]," * 100_000 + b"0]", "objects and arrays"),
    (b"[" + b'{"a":{}},' * 60_000 + b"0]", "objects and arrays"),
    (b"[" + b"0," * 2_000_000 + b"0]", "values"),
    (b"[" * 100 + b'"' + b'\\"' * 4_000_000, "nested deeper"),  # looked at once, not once per quotation mark
]


@pytest.mark.parametrize("raw", GOOD)
def test_good_json_survives_a_round_trip(raw: bytes) -> None:
    assert parse(dump(parse(raw))) == parse(raw)


@every(("raw", "why"), BAD, ids=range(len(BAD)))
def test_bad_json_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(NotStrict, match=why):
        parse(raw)


def test_the_message_never_quotes_the_text() -> None:
    with pytest.raises(NotStrict) as e:
        parse(b'{"jane@example.com":1,"jane@example.com":2}')
    assert "jane" not in str(e.value)


SMALL = Bounds(depth=2, containers=4, values=6)


def test_an_answer_has_bounds_of_its_own() -> None:
    strict_json.bound(SMALL, Bounds(values=8))
    try:
        assert strict_json.answered(b"[1,2,3,4,5,6,7]") == [1, 2, 3, 4, 5, 6, 7]
        with pytest.raises(strict_json.TooMany, match="more than 8 values") as e:
            strict_json.answered(b"[1,2,3,4,5,6,7,8,9]")
        assert e.value.limit == "8 values"
        with pytest.raises(NotStrict, match="more than 6 values"):
            parse(b"[1,2,3,4,5,6,7]")
        with pytest.raises(NotStrict, match="duplicate"):
            strict_json.answered(b'{"a":1,"a":2}')
    finally:
        strict_json.bound(Bounds())


@pytest.fixture
def small() -> Iterator[None]:
    strict_json.bound(SMALL)
    yield
    strict_json.bound(Bounds())


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", None),
        (b"[[],[],[]]", None),
        (b"[1,2,3,4]", None),
        # what stands in a text does not count
        (b'["[[[[[[[[{{{{{{{{,,,,,,,,"]', None),
        (b'["\\"[[[[[[[[{{{{{{{{,,,,,,,,\\\\"]', None),
        # over
        (b"[[[]]]", "nested deeper than 2"),
        (b"[[],[],[],[]]", "more than 4 objects and arrays"),
        (b"[1,2,3,4,5,6,7]", "more than 6 values"),
        (b'["\\\\",[],[],[],[],"\\\\"]', "more than 4 objects and arrays"),
        (b'[[],[],[],[],"a text without an end', "more than 4 objects and arrays"),
        (b'[[],[],[],[],"\\', "more than 4 objects and arrays"),
    ],
)
def test_a_document_is_weighed_before_it_is_parsed(raw: bytes, why: str | None) -> None:
    if why is None:
        check(raw, SMALL)
    else:
        with pytest.raises(NotStrict, match=why):
            check(raw, SMALL)


def test_bounds_hold_for_every_document_from_then_on(small: None) -> None:
    with pytest.raises(NotStrict, match="values"):
        parse(b"[1,2,3,4,5,6,7]")


def test_texts_are_cut_out_alike_with_and_without_escapes() -> None:
    made, texts = random.Random(5), re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
    for _ in range(2000):
        raw = "".join(made.choices('[]{},":a1', k=made.randint(0, 24)))
        inside = "".join(made.choices(['\\"', "\\\\", "\\n", '","', "[", "a"], k=made.randint(0, 8)))
        for one in (raw.encode(), f'{raw.replace(chr(34), "")}"{inside}"{raw}'.encode()):
            assert strict_json._outside_texts(one) == texts.sub(b"", one), one


def _depth(brackets: str) -> int:
    depth = deepest = 0
    for bracket in brackets:
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def test_depth_is_what_counting_bracket_by_bracket_finds() -> None:
    made, deeper = random.Random(3), 0
    for _ in range(3000):
        brackets, open_now = "", list[str]()
        for _ in range(made.randint(0, 60)):
            if open_now and made.random() < 0.5:
                brackets += open_now.pop()
            else:
                brackets += (kind := made.choice(["[]", "{}"]))[0]
                open_now.append(kind[1])
        brackets += "".join(reversed(open_now))
        most = made.randint(1, 12)
        found = strict_json._is_deeper(brackets.encode(), most)
        assert found is (_depth(brackets) > most), brackets
        deeper += found
    assert 500 < deeper < 2500


@pytest.mark.parametrize(
    ("raw", "printed"),
    [
        (b'{"a":[1,-2.5,1e+99],"b":"x:y"}', b'{"a":[1,-2.5,1e+99],"b":"x:y"}'),
        (b'{ "a" : "\\u0061\\u003a" }', b'{"a":"a:"}'),
        (b"[1.0e2, 0.10]", b"[100.0,0.1]"),
        (b'"1111111111111111111111111 "', b'"1111111111111111111111111 "'),
        (b'[ "1111111111111111111111111" ]', b'["1111111111111111111111111"]'),
    ],
)
def test_the_form_it_is_sent_in_comes_with_the_tree(raw: bytes, printed: bytes) -> None:
    assert strict_json.read(raw) == (parse(raw), printed)
    assert strict_json.read(printed) == (parse(raw), printed)


@pytest.mark.parametrize(
    "raw",
    [
        b"[0.0012345678901234567]",
        b"[-1.12345678901234567890123]",
        b"[1e99, 123456789012345678.5]",
        b"[0." + b"1" * 400 + b"]",
    ],
)
def test_a_number_with_many_decimals_is_one(raw: bytes) -> None:
    assert strict_json.parse(raw) == json.loads(raw)


def test_whatever_is_too_great_for_64_bits_is_printed_so_that_it_is_looked_for() -> None:
    dice = random.Random(3)
    for _ in range(20_000):
        most = dice.choice((2**63 + 1, 2**64, 10**19, 10 ** dice.randint(19, 300)))
        number = (most + dice.randrange(10 ** dice.randint(1, 18))) * dice.choice((1, -1))
        if number not in strict_json._INT_RANGE:
            with pytest.raises(NotStrict, match="integer out of range"):
                parse(b'{"a": [1, %d]}' % number)


@pytest.mark.parametrize(
    "raw",
    [b"[" + b"1" * 400 + b".5]", b"[1" + b"0" * 400 + b"e0]", b"[0.1e400]", b"[-1e+999]", b"[" + b"9" * 20 + b"]"],
)
def test_a_number_out_of_range_is_found_wherever_its_digits_stand(raw: bytes) -> None:
    with pytest.raises(strict_json.NotStrict, match="out of range"):
        strict_json.parse(raw)


def _slowly(raw: bytes) -> object:
    """The same by the standard library, looking at every member and number. Raises ValueError."""

    def members(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("duplicate key")
        return dict(pairs)

    def whole(text: str) -> int:
        if not -(2**63) <= int(text) < 2**64:
            raise ValueError("out of range")
        return int(text)

    def no(text: str) -> float:
        raise ValueError(text)

    tree = json.loads(raw, object_pairs_hook=members, parse_int=whole, parse_constant=no)
    if "inf" in repr(tree):
        raise ValueError("out of range")
    return tree


def _made(made: random.Random, depth: int = 0) -> str:
    kind = made.randrange(8 if depth < 4 else 6)
    blank = made.choice(["", "", " ", "\n"])
    match kind:
        case 0 | 1:
            digits = made.choice([1, 5, 18, 19, 20, 21])
            number = made.choice(["", "-"]) + str(made.randrange(1, 10)) + "".join(made.choices("0189", k=digits - 1))
            return blank + number + made.choice(["", "", ".5", "e2", "E+3", ".25e-4", "e300", "e400"])
        case 2 | 3:
            return blank + made.choice(
                ['"a:b"', '"\\"{\\":"', '"\\\\"', '"1844674407370955161600"', '":"', '"\\u0061"', '"é,"']
            )
        case 4:
            return made.choice(
                ["true", "null", "NaN", "-Infinity"] if made.random() < 0.1 else ["true", "null", "false"]
            )
        case 5 | 6:
            return "[" + ",".join(_made(made, depth + 1) for _ in range(made.randrange(4))) + blank + "]"
    names = made.choices(['"a"', '"b"', '"\\u0061"', '"c:d"', '"e\\""', '"A"'], k=made.randrange(4))
    return "{" + ",".join(f"{name}{blank}:{_made(made, depth + 1)}" for name in names) + "}"


def test_it_takes_and_gives_what_looking_at_every_member_and_number_would() -> None:
    made, taken = random.Random(11), 0
    for _ in range(6000):
        raw = _made(made).encode()
        try:
            wanted = _slowly(raw)
        except ValueError:
            with pytest.raises(NotStrict):
                parse(raw)
        else:
            assert repr(parse(raw)) == repr(wanted), raw
            taken += 1
    assert 2000 < taken < 5500


_TREES: Final = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**65) | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)
_SPOILT: Final = st.sampled_from([*b'{}[]:,"\\ 019-+.eEuN\n\x00\x1f\x7f\xc3\xef\xff', *b"aInfty"])


@settings(max_examples=200, derandomize=True, deadline=None)
@given(_TREES, st.lists(st.tuples(st.integers(0, 200), _SPOILT, st.sampled_from("ird")), max_size=3), st.data())
def test_bytes_that_are_nearly_json_are_read_as_by_the_standard_library_or_refused(
    tree: object, spoils: list[tuple[int, int, str]], data: st.DataObject
) -> None:
    """Inserted, replaced and dropped bytes; what ours refuses besides are lone surrogates."""
    spaces = data.draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", "\t: ")]))
    raw = bytearray(json.dumps(tree, separators=spaces, ensure_ascii=data.draw(st.booleans())).encode())
    for place, byte, how in spoils:
        at = place % (len(raw) + 1)
        raw[at : at + (how != "i")] = b"" if how == "d" else bytes([byte])
    try:
        wanted = _slowly(bytes(raw).decode("utf-8").encode())
    except (ValueError, RecursionError):
        with pytest.raises(NotStrict):
            parse(bytes(raw))
        return
    if "\\ud" in repr(wanted):
        return
    assert repr(parse(bytes(raw))) == repr(wanted)
