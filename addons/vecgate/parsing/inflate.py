"""What does a compressed body hold? One coding, undone up to a bound, whole or not at all.

A few hundred bytes can stand for gigabytes, so nothing is unpacked in one go: each coding gives pieces of bounded
size, and the first one over the bound ends it (CWE-409). What ends early, goes on after its end, or is packed
more than once is refused: two readers could take it differently.
"""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Generator, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import brotli
import zstandard

from vecgate.parsing.framing import LARGE, UNTOLD

IDENTITY: Final = "identity"
_PIECE: Final = 256 * 1024
_MEMBERS: Final = 16  # a gzip file may be several in a row (RFC 1952 section 2.2); each costs a decoder
_ZSTD_WINDOW: Final = 8 * 1024 * 1024  # RFC 9659 section 3: no larger one in HTTP
_GZIP_ONLY: Final = 31  # zlib's words for "a gzip header, and nothing else" and "a zlib header"
_ZLIB_ONLY: Final = 15


class NotWhole(ValueError):
    """It cannot be undone. The text says why and quotes nothing of it."""


class OverBound(ValueError):
    """It would be larger than allowed."""


def _zlib(data: bytes, bits: int) -> Generator[bytes, None, bytes]:
    """One zlib stream; returns what follows it."""
    decoder = zlib.decompressobj(bits)
    while not decoder.eof:
        piece = decoder.decompress(data, _PIECE)
        if not piece and not decoder.eof:
            raise NotWhole("it ends early")
        yield piece
        data = decoder.unconsumed_tail
    return decoder.unused_data


def _gzip(data: bytes) -> Iterator[bytes]:
    for _ in range(_MEMBERS):
        data = yield from _zlib(data, _GZIP_ONLY)
        if not data:
            return
    raise NotWhole("it has too many parts")


def _deflate(data: bytes) -> Iterator[bytes]:
    # RFC 9110 section 8.4.1.2: the zlib format; bare deflate data is another one.
    if (yield from _zlib(data, _ZLIB_ONLY)):
        raise NotWhole("something follows its end")


def _brotli(data: bytes) -> Iterator[bytes]:
    decoder = brotli.Decompressor()
    piece = decoder.process(data, output_buffer_limit=_PIECE)
    while piece or not decoder.is_finished():
        if not piece:
            raise NotWhole("it ends early")
        yield piece
        piece = b"" if decoder.is_finished() else decoder.process(b"", output_buffer_limit=_PIECE)


def _zstd(data: bytes) -> Iterator[bytes]:
    """One frame, block by block: each is at most 128 kB when unpacked (RFC 8878 section 3.1.1.2.4)."""
    decoder = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
    at = zstandard.frame_header_size(data)
    yield decoder.decompress(data[:at])
    last = False
    while not last:
        head = int.from_bytes(data[at : at + 3], "little")
        last, repeats, size = bool(head & 1), head >> 1 & 3 == 1, head >> 3
        end = at + 3 + (1 if repeats else size)
        if end > len(data):
            raise NotWhole("it ends early")
        yield decoder.decompress(data[at:end])
        at = end
    if data[at:]:  # its checksum; anything else is an error
        yield decoder.decompress(data[at:])
    if not decoder.eof or decoder.unused_data:
        raise NotWhole("it ends early, or something follows its end")


_DECODERS: Final[Mapping[str, Callable[[bytes], Iterator[bytes]]]] = MappingProxyType(
    {"gzip": _gzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd}
)
#: What can be undone, as named in Content-Encoding (RFC 9110 section 8.4.1); no other spelling, no list of several.
CODINGS: Final = tuple(sorted(_DECODERS))


def coding_of(values: Sequence[str]) -> str:
    """The one coding these Content-Encoding headers name, `identity` for none. Raises NotWhole for anything else."""
    named = values[0].strip().lower() if len(values) == 1 else "" if values else IDENTITY
    if named != IDENTITY and named not in _DECODERS:
        raise NotWhole("it is in no coding, or in more than one, that is known")
    return named


def inflate(data: bytes, coding: str, bound: int) -> bytes:
    """What `data` holds, in bytes at most `bound`; no bytes in any coding hold nothing.

    Needs no more memory than that, its pieces and the coding's window. Raises NotWhole, OverBound.
    """
    if coding == IDENTITY or not data:
        return data
    found = bytearray()
    try:
        for piece in _DECODERS[coding](data):
            found += piece
            if len(found) > bound:
                raise OverBound("it would be larger than allowed")
    except (zlib.error, brotli.error, zstandard.ZstdError):
        raise NotWhole(f"its {coding} cannot be undone") from None  # their words may quote it
    return bytes(found)


async def inflated(data: bytes, coding: str, bound: int, room: Callable[[int], Awaitable[None]] | None = None) -> bytes:
    """The same, beside the event loop: 16 MB take some 20 ms.

    `room`: waited for where it is large, with a guess at its bytes.
    """
    if coding == IDENTITY or not data:
        return data
    if room is None or bound <= LARGE:
        return await asyncio.to_thread(inflate, data, coding, bound)
    try:
        return await asyncio.to_thread(inflate, data, coding, LARGE)
    except OverBound:
        await room(bound // UNTOLD)
    return await asyncio.to_thread(inflate, data, coding, bound)
