"""Requests as text, with a good token in them: TOKEN and HOST are filled in when they are sent."""

import bz2
import functools
import gzip
import zlib
from collections.abc import Callable
from typing import Final

import brotli
import zstandard

from support.servers.witness import COLLECTION

HEARTBEAT: Final = "/api/v2/heartbeat"
GET: Final = f"{COLLECTION}/get"
JSON: Final = "Content-Type: application/json"
CHUNKED: Final = "Transfer-Encoding: chunked"
BODY: Final = '{"ids":["ticket-1"]}'
CHUNKS: Final = f"{len(BODY):x}\r\n{BODY}\r\n0\r\n"
BEARER: Final = "Authorization: Bearer TOKEN"


def head(line: str, *headers: str, host: str = "Host: HOST", token: str = BEARER) -> str:
    """A head with a good token; the line is `METHOD TARGET`, with a version where it is not HTTP/1.1."""
    line = line if " HTTP/" in line else f"{line} HTTP/1.1"
    lines = [line, *(one for one in (host, token) if one), "Connection: close", *headers]
    return "\r\n".join(lines) + "\r\n\r\n"


def post(body: str, *headers: str, kind: str = JSON) -> str:
    """A whole POST that reads a record."""
    return head(f"POST {GET}", *([kind] if kind else []), f"Content-Length: {len(body)}", *headers) + body


def sized(length: str, body: str = BODY) -> str:
    """The same, with a length in the attacker's words."""
    return head(f"POST {GET}", JSON, f"Content-Length: {length}") + body


def chunked(*headers: str, body: str = f"{CHUNKS}\r\n", how: str = CHUNKED) -> str:
    """The same, in chunks."""
    return head(f"POST {GET}", JSON, how, *headers) + body


#: Every coding that is read, as a client or a database would make it.
PACK: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=1),
    "zstd": zstandard.compress,
}


def packed(name: str, data: str | bytes = BODY, *, told: str = "") -> str:
    """A POST whose body is in that coding, and says so, or says `told`."""
    plain = data.encode("latin-1") if isinstance(data, str) else data
    return post(PACK[name](plain).decode("latin-1"), f"Content-Encoding: {told or name}")


ZEROS: Final = b"0" * (10 * 1024 * 1024)
PARTS: Final = 40  # so that each bomb is 400 MB and quickly made


def _deflated() -> bytes:
    squeezer, checked = zlib.compressobj(1), functools.reduce(lambda sum, _: zlib.adler32(ZEROS, sum), range(PARTS), 1)
    head, empty = squeezer.compress(ZEROS) + squeezer.flush(zlib.Z_FULL_FLUSH), zlib.compressobj(1, zlib.DEFLATED, -15)
    part = empty.compress(ZEROS) + empty.flush(zlib.Z_FULL_FLUSH)
    return head + part * (PARTS - 1) + empty.flush() + checked.to_bytes(4)


def _brotlied() -> bytes:
    squeezer = brotli.Compressor(quality=1)
    return b"".join([*(squeezer.process(ZEROS) for _ in range(PARTS)), squeezer.finish()])


def _zstandard() -> bytes:
    squeezer = zstandard.ZstdCompressor().compressobj()
    return b"".join([*(squeezer.compress(ZEROS) for _ in range(PARTS)), squeezer.flush()])


BOMBS: Final[dict[str, Callable[[], bytes]]] = {
    "gzip": lambda: gzip.compress(ZEROS, 1) * PARTS,
    "x-gzip": lambda: gzip.compress(ZEROS, 1) * PARTS,
    "deflate": _deflated,
    "br": _brotlied,
    "zstd": _zstandard,
    "bz2": lambda: bz2.compress(ZEROS, 1) * PARTS,
    "gzip, br": lambda: brotli.compress(gzip.compress(ZEROS, 1) * PARTS, quality=1),
    "compress": lambda: b"\x1f\x9d\x90" + b"\x30" * 1000,
}


@functools.cache
def bombed(name: str) -> bytes:
    """400 MB in that coding, which is a few hundred KB."""
    return BOMBS[name]()


def encoded(name: str) -> str:
    """The body in another encoding, as Latin-1."""
    return BODY.encode(name).decode("latin-1")
