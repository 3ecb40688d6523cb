"""A compressed body is undone whole and within its bound, or refused; never more is unpacked than may be kept."""

import bz2
import gzip
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import brotli
import pytest
import zstandard

from support.tools.every import every
from vecgate.parsing.framing import LARGE, UNTOLD
from vecgate.parsing.inflate import CODINGS, IDENTITY, NotWhole, OverBound, coding_of, inflate, inflated

MEGABYTE: Final = 1024 * 1024
SAID: Final = b'{"ids":["ticket-1"]}' * 50


def without_size(data: bytes) -> bytes:
    squeezer = zstandard.ZstdCompressor(write_checksum=True, write_content_size=False).compressobj()
    return squeezer.compress(data) + squeezer.flush()


PACK: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}
WAYS: Final = (
    *PACK.items(),
    ("zstd", without_size),
    ("zstd", lambda data: zstandard.ZstdCompressor(level=19).compress(data)),
    ("gzip", lambda data: gzip.compress(data[:7], mtime=0) + gzip.compress(data[7:], mtime=0)),
    ("deflate", lambda data: zlib.compress(data, 0)),
)
SIZES: Final = (1, 100, 300_000, 3 * MEGABYTE)


def test_every_coding_has_a_way_here() -> None:
    assert set(PACK) == set(CODINGS)


@pytest.mark.parametrize("coding", [*CODINGS, IDENTITY])
async def test_nothing_holds_nothing(coding: str) -> None:
    assert inflate(b"", coding, 10) == await inflated(b"", coding, 10) == b""


@every("size", SIZES)
@every("way", range(len(WAYS)))
def test_what_was_packed_comes_out_again(way: int, size: int) -> None:
    coding, pack = WAYS[way]
    plain = (SAID * (size // len(SAID) + 1))[:size]
    assert inflate(pack(plain), coding, size) == plain


@pytest.mark.parametrize(("coding", "pack"), WAYS)
def test_one_byte_over_the_bound_is_too_much(coding: str, pack: Callable[[bytes], bytes]) -> None:
    assert inflate(pack(SAID), coding, len(SAID)) == SAID
    with pytest.raises(OverBound):
        inflate(pack(SAID), coding, len(SAID) - 1)


@pytest.mark.parametrize(("coding", "pack"), WAYS)
def test_half_of_it_is_nothing(coding: str, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(SAID)
    for end in (1, 3, len(packed) // 2, len(packed) - 1):
        with pytest.raises(NotWhole):
            inflate(packed[:end], coding, MEGABYTE)


@every("more", [b"x", b"\0", b"\r\n", b"1234", b"12345"])
@every(("coding", "pack"), WAYS)
def test_nothing_may_follow_its_end(coding: str, pack: Callable[[bytes], bytes], more: bytes) -> None:
    with pytest.raises(NotWhole):
        inflate(pack(SAID) + more, coding, MEGABYTE)


@pytest.mark.parametrize("coding", [name for name in CODINGS if name != "gzip"])
def test_twice_in_a_row_is_refused(coding: str) -> None:
    with pytest.raises(NotWhole):
        inflate(PACK[coding](SAID) * 2, coding, MEGABYTE)


def test_gzip_may_be_a_few_in_a_row_and_no_more() -> None:
    assert inflate(gzip.compress(b"a", mtime=0) * 16, "gzip", 100) == b"a" * 16
    for many in (gzip.compress(b"a", mtime=0) * 17, gzip.compress(b"", mtime=0) * 100_000):
        with pytest.raises(NotWhole):
            inflate(many, "gzip", MEGABYTE)


def raw_deflate(data: bytes) -> bytes:
    squeezer = zlib.compressobj(wbits=-15)
    return squeezer.compress(data) + squeezer.flush()


def wide_window(data: bytes) -> bytes:
    told = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    squeezer = zstandard.ZstdCompressor(compression_params=told).compressobj()
    return squeezer.compress(data) + squeezer.flush()


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        # another coding than told
        ("gzip", zlib.compress(SAID)), ("deflate", gzip.compress(SAID, mtime=0)), ("deflate", raw_deflate(SAID)),
        ("br", gzip.compress(SAID, mtime=0)), ("zstd", brotli.compress(SAID)), ("gzip", bz2.compress(SAID)), ("gzip", SAID),
        # damaged
        ("gzip", gzip.compress(SAID, mtime=0)[:-5] + b"\0\0\0\0\0"), ("deflate", zlib.compress(SAID)[:-1] + b"\0"),
        ("br", b"\xff" * 50), ("zstd", without_size(SAID)[:-1] + b"\0"),
        # RFC 8878: a skippable frame before it, a reserved kind of block; RFC 9659: a window of 128 MB
        ("zstd", b"\x50\x2a\x4d\x18\x04\0\0\0abcd" + zstandard.compress(SAID)),
        ("zstd", b"\x28\xb5\x2f\xfd\x00\x58\x07\0\0"), ("zstd", wide_window(SAID)),
    ],
)  # fmt: skip
def test_what_is_not_in_its_coding_is_refused(coding: str, data: bytes) -> None:
    with pytest.raises(NotWhole) as raised:
        inflate(data, coding, MEGABYTE)
    assert "ticket" not in str(raised.value)


@contextmanager
def peak() -> Iterator[Callable[[], int]]:
    """The most that was allocated at a time, in bytes."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.sample(2)
@pytest.mark.parametrize(("coding", "pack"), WAYS[:5])
def test_a_bomb_takes_no_more_than_its_bound(coding: str, pack: Callable[[bytes], bytes]) -> None:
    """CWE-409: a hundred megabytes from a few kilobytes."""
    bomb = pack(bytes(100 * MEGABYTE))
    with peak() as most, pytest.raises(OverBound):
        inflate(bomb, coding, MEGABYTE)
    assert most() < 4 * MEGABYTE


@pytest.mark.parametrize(
    ("values", "coding"),
    [((), IDENTITY), (("identity",), IDENTITY), (("gzip",), "gzip"), ((" BR ",), "br"), (("Zstd",), "zstd")],
)
def test_one_coding_is_named_or_none(values: tuple[str, ...], coding: str) -> None:
    assert coding_of(values) == coding


@pytest.mark.parametrize(
    "values",
    [("",), ("x-gzip",), ("bz2",), ("compress",), ("gzip, br",), ("gzip,",), ("gzip", "gzip"), ("identity", "gzip"),
     ("identity, gzip",), ("gzip;q=1",)],
)  # fmt: skip
def test_any_other_way_to_name_it_is_refused(values: tuple[str, ...]) -> None:
    with pytest.raises(NotWhole):
        coding_of(values)


async def test_it_is_undone_beside_the_loop() -> None:
    assert await inflated(gzip.compress(SAID, mtime=0), "gzip", len(SAID)) == SAID
    assert await inflated(SAID, IDENTITY, 1) == SAID, "what is not packed has been weighed where it was read"
    with pytest.raises(OverBound):
        await inflated(gzip.compress(SAID, mtime=0), "gzip", 10)


@pytest.mark.parametrize("size", [LARGE, LARGE + 1])
async def test_what_is_large_waits_for_room_before_it_is_undone(size: int) -> None:
    asked = list[int]()

    async def room(guess: int) -> None:
        asked.append(guess)

    data = gzip.compress(b"a" * size)
    assert len(await inflated(data, "gzip", LARGE * 8, room)) == size
    assert asked == ([] if size == LARGE else [LARGE * 8 // UNTOLD])
    with pytest.raises(OverBound):
        await inflated(data, "gzip", size - 1, room)
