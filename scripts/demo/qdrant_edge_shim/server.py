"""How does a call come in and go out? HTTP as the server reads it: paths, query, encodings, bounds, keys, envelopes."""

import asyncio
import gzip
import json
import re
import time
import zlib
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

import brotli
import orjson
import zstandard
from aiohttp import web

from demo.qdrant_edge_shim import reads
from demo.qdrant_edge_shim.access import OPEN, Access, Keys
from demo.qdrant_edge_shim.call import Accepted, Call, Plain, Raw
from demo.qdrant_edge_shim.faults import Fault, as_text
from demo.qdrant_edge_shim.routes import ROUTES, Route
from demo.qdrant_edge_shim.store import Store, check_name

_MOST: Final = 32 * 1024 * 1024
_MOST_TYPED: Final = 2 * 1024 * 1024
_ORDERINGS: Final = ("weak", "medium", "strong")
_UNREADABLE: Final = "Error that occur during reading payload: payload reached EOF before completing: {}"
_JSON: Final = "application/json"

Headers = list[tuple[str, str]]


def _segments(path: str) -> tuple[str, ...]:
    """A path's parts: slashes merged, the last one dropped, each decoded once, and only then compared."""
    return tuple(unquote(part, errors="replace") for part in path.split("/") if part)


class Router:
    """Finds a row: a part that is a name matches anything, and rows with fewer of them come first."""

    def __init__(self, rows: Iterable[Route]) -> None:
        parts = [(row, _segments(row.path)) for row in rows]
        self._rows = sorted(parts, key=lambda pair: sum(part.startswith("{") for part in pair[1]))

    def find(self, method: str, segments: tuple[str, ...]) -> tuple[Route, dict[str, str]]:
        """Raises Fault."""
        for row, parts in self._rows:
            if row.method != method or len(parts) != len(segments):
                continue
            names = {want[1:-1]: got for want, got in zip(parts, segments, strict=True) if want[0] == "{"}
            if all(want[0] == "{" or want == got for want, got in zip(parts, segments, strict=True)):
                return row, names
        raise Fault.no_route()


def _query(raw: str) -> dict[str, str]:
    """Raises Fault for what is said twice, or not in its words."""
    pairs = parse_qsl(raw, keep_blank_values=True)
    found = dict(pairs)
    twice = next((name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1), None)
    known = ("wait", "ordering", "timeout", "consistency", "details_level")
    no = "Deserialize error in query parameters: "
    if twice in known:
        raise Fault(400, f"{no}duplicate field `{twice}`")
    if found.get("wait", "true") not in ("true", "false"):
        raise Fault(400, f"{no}provided string was not `true` or `false`")
    if (said := found.get("ordering", "weak")) not in _ORDERINGS:
        raise Fault(400, f"{no}unknown variant `{said}`, expected one of `weak`, `medium`, `strong`")
    if not (said := found.get("timeout", "1")).isdigit():
        raise Fault(400, f"{no}invalid digit found in string")
    if int(said) >= 1 << 64:
        raise Fault(400, f"{no}number too large to fit in target type")
    if not re.fullmatch(r"\d*|majority|quorum|all", said := found.get("consistency", "")):
        raise Fault(400, f"{no}failed to deserialize read consistency query parameter value '{said}'")
    return found


def _unzip(raw: bytes, most: int) -> bytes:
    made = zlib.decompressobj(31)
    found = made.decompress(raw, most + 1)
    if (not made.eof and len(found) <= most) or made.unused_data:
        raise ValueError("not one whole gzip member")
    return found


def _undeflate(raw: bytes, most: int) -> bytes:
    return zlib.decompressobj().decompress(raw, most + 1)


def _unbrotli(raw: bytes, most: int) -> bytes:
    made = brotli.Decompressor()
    found = made.process(raw, output_buffer_limit=most + 1)
    if not made.is_finished() and len(found) <= most:
        raise ValueError("not a whole stream")
    return bytes(found)


def _unzstd(raw: bytes, most: int) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(raw)[: most + 1]


_INFLATES: Final[dict[str, Callable[[bytes, int], bytes]]] = {
    "gzip": _unzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}


def _inflated(raw: bytes, headers: Headers, most: int, *, typed: bool) -> bytes:
    """The body without its encoding; one that is not known is no encoding. Raises Fault beyond the bound."""
    encoding = next((value for name, value in headers if name.lower() == "content-encoding"), "").strip().lower()
    inflate = _INFLATES.get(encoding)
    if inflate is None:
        found = raw
        said = f"JSON payload ({len(raw)} bytes) is larger than allowed (limit: {most} bytes)."
    else:
        try:
            found = inflate(raw, most)
        except (ValueError, zlib.error, brotli.error, zstandard.ZstdError) as e:
            raise Fault(400, _UNREADABLE.format(f"Some({e})")) from None
        said = f"JSON payload has exceeded limit ({most} bytes)."
    if len(found) > most:
        raise Fault(413, said, "text") if typed else Fault(400, said)
    return found


_DEFLATES: Final[dict[str, Callable[[bytes], bytes]]] = {
    "br": lambda raw: brotli.compress(raw, quality=3),
    "gzip": lambda raw: gzip.compress(raw, 3),
    "deflate": lambda raw: zlib.compress(raw, 3),
    "zstd": lambda raw: zstandard.ZstdCompressor(level=1).compress(raw),
}


class Server:
    """The server over one store."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self.store, self.keys = store, keys
        self._router = Router(ROUTES)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request."""
        began = time.perf_counter()
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers]
        if self._is_preflight(request, headers):
            return self._allowed(headers)
        raw = await self._body(request)
        try:
            value = await asyncio.to_thread(self.answer, request.method, request.raw_path, headers, raw)
            answer = self._shown(value, began)
        except Fault as e:
            answer = self._refused(e)
        return self._deflated(answer, request)

    async def _body(self, request: web.BaseRequest) -> bytes:
        chunks, size = [], 0
        async for chunk in request.content.iter_any():
            size += len(chunk)
            if size <= 4 * _MOST:
                chunks.append(chunk)
        return b"".join(chunks)

    def answer(self, method: str, target: str, headers: Headers, raw: bytes) -> Any:
        """The result of a call. Raises Fault."""
        if not target.isascii():
            raise Fault(400, shape="empty")
        path, _, query = target.partition("#")[0].partition("?")
        if "://" in path:
            path = "/" + path.partition("://")[2].partition("/")[2]
        segments = _segments(path)
        access = Access() if segments in OPEN else self._access(headers)
        row, names = self._router.find(method, segments)
        if "c" in names:
            check_name(names["c"])
        asked = _query(query)
        body, typed = self._read(row, headers, raw), row.body == "typed"
        call = Call(self.store, names, asked, headers, body, access, row.right, typed)
        try:
            if row.right in ("global", "manage"):
                access.check(row.right)
            return row.handle(call)
        except Fault as e:
            raise as_text(e) if row.file else e from None

    def _access(self, headers: Headers) -> Access:
        return self.keys.access(headers, self._has_row)

    def _has_row(self, collection: str, matches: list[tuple[str, Any]]) -> bool:
        """Whether a collection holds a row with these values, for a token that depends on it."""
        must = [{"key": key, "match": {"value": value}} for key, value in matches]
        found = reads.count({"filter": {"must": must}} if must else {})(self.store.get(collection))
        return bool(found["count"])

    def _read(self, row: Route, headers: Headers, raw: bytes) -> bytes:
        if row.body in ("none", "file"):
            return raw
        typed = row.body == "typed"
        if typed:
            kind = next((value for name, value in headers if name.lower() == "content-type"), "")
            if not re.match(r"application/(?:[\w.-]+\+)?json\b", kind):
                raise Fault(400, "Content type error", "text")
        return _inflated(raw, headers, _MOST_TYPED if typed else _MOST, typed=typed)

    def _shown(self, value: Any, began: float) -> web.Response:
        if isinstance(value, Raw):
            return web.Response(body=value.value, content_type="application/octet-stream")
        if isinstance(value, Accepted):
            return web.Response(status=202, body=b'{"status":"accepted","time":0.0}', content_type=_JSON)
        if isinstance(value, Plain):
            if isinstance(value.value, str):
                return web.Response(text=value.value)
            return web.Response(body=json.dumps(value.value).encode(), content_type=_JSON)
        tree = {"result": value, "status": "ok", "time": round(time.perf_counter() - began, 9)}
        raw = orjson.dumps(tree, option=orjson.OPT_SERIALIZE_NUMPY)
        return web.Response(body=raw, content_type=_JSON)

    def _refused(self, fault: Fault) -> web.Response:
        if fault.shape == "empty":
            return web.Response(status=fault.status)
        more = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
        if fault.shape == "text":
            if fault.status in (401, 403) and "Forbidden" not in fault.message:  # of the key layer: no type at all
                return web.Response(status=fault.status, body=fault.message.encode(), headers=more)
            return web.Response(status=fault.status, text=fault.message, headers=more)
        tree = {"status": {"error": fault.message}, "time": 0.0}
        return web.Response(
            status=fault.status,
            body=json.dumps(tree, ensure_ascii=False).encode("utf-8", "replace"),
            content_type=_JSON,
            headers=more,
        )

    def _deflated(self, answer: web.Response, request: web.BaseRequest) -> web.Response:
        accepted = [
            one.partition(";")[0].strip() for one in request.headers.get("accept-encoding", "").lower().split(",")
        ]
        encoding = next((one for one in _DEFLATES if one in accepted), None)
        if encoding and isinstance(answer.body, bytes) and answer.body:
            answer.body = _DEFLATES[encoding](answer.body)
            answer.headers["Content-Encoding"] = encoding
        answer.headers["Vary"] = (
            "accept-encoding, Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
        )
        return answer

    @staticmethod
    def _is_preflight(request: web.BaseRequest, headers: Headers) -> bool:
        names = {name.lower() for name, _ in headers}
        return request.method == "OPTIONS" and {"origin", "access-control-request-method"} <= names

    @staticmethod
    def _allowed(headers: Headers) -> web.Response:
        """Any page may, which is what the server says by default."""
        told = {name.lower(): value for name, value in headers}
        return web.Response(
            headers={
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Methods": told["access-control-request-method"],
                "Access-Control-Allow-Headers": told.get("access-control-request-headers", "*"),
            }
        )
