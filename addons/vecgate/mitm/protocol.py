"""Is this head one that an official client sends, over HTTP/1.1, HTTP/2 or gRPC? What is odd is refused, and named."""

import re
from collections.abc import Sequence
from typing import Final

from mitmproxy import http
from mitmproxy.proxy.mode_specs import RegularMode

from vecgate.parsing import grpc_framing as framing
from vecgate.parsing.inflate import CODINGS, IDENTITY

type Pairs = Sequence[tuple[str, str]]

HTTP_2: Final = "HTTP/2.0"
#: Bodies that carry these are never what an official client sends, and make two parsers disagree.
_ODD_HEADERS: Final = frozenset(
    {"upgrade", "te", "trailer", "x-http-method-override", "x-http-method", "x-method-override", "http2-settings"}
)  # fmt: skip
_ONCE: Final = ("content-type", "content-length", "content-encoding", "transfer-encoding")
_ONCE_OF_GRPC: Final = (framing.TIMEOUT, framing.ENCODING)
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "transfer-encoding": ("chunked",),
    "expect": ("100-continue",),
    "content-encoding": (*CODINGS, IDENTITY),
}
METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"})
#: A name or an address, and perhaps a port (RFC 9110 section 7.2); whether anybody has that name is not told here.
_HOST: Final = re.compile(r"(?:[^\[\]:]*|\[[0-9A-Fa-f:.]+\])(?::([1-9][0-9]{0,4}))?")
_VERSIONS: Final = frozenset({"HTTP/1.1", "HTTP/1.0", "HTTP/2.0"})
#: NUL, a bare CR, or a folded line: read differently by different servers (RFC 9110 section 5.5, RFC 9112 section 5.2).
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def protocol_problem(method: str, version: str, headers: Pairs) -> str | None:
    """Why this head is not one an official client sends, or None."""
    names = [name for name, _ in headers]
    if method not in METHODS:
        return "unknown method"
    if version not in _VERSIONS:
        return "unknown version of HTTP"
    if names.count("host") != 1:
        return "there must be exactly one Host header"
    if not _is_host(dict(headers)["host"]):
        return "the Host header is no name with a port"
    if any(names.count(name) > 1 for name in _ONCE):
        return "a header is repeated"
    odd = sorted(_ODD_HEADERS.intersection(names))
    if odd:
        return f"the header {odd[0]} is not accepted"
    return next(filter(None, (_value_problem(name, value) for name, value in headers)), None)


def _is_host(value: str) -> bool:
    found = _HOST.fullmatch(value)
    return found is not None and int(found[1] or 0) < 65_536


def _value_problem(name: str, value: str) -> str | None:
    wanted = _WORDS.get(name)
    if wanted is not None and value.lower() not in wanted:
        return f"the header {name} may only be {' or '.join(wanted)}"
    return "a header holds a control character" if _CONTROL.search(value) else None


def grpc_method(flow: http.HTTPFlow, headers: Pairs) -> str:
    """The method of gRPC that is called; empty: it is a call of REST."""
    kinds = [value.partition(";")[0].strip().lower() for name, value in headers if name == "content-type"]
    asked, spoken = flow.request, flow.request.http_version == HTTP_2 and flow.request.data.method == b"POST"
    return asked.data.path.decode("latin-1") if spoken and any(one in framing.CONTENT_TYPES for one in kinds) else ""


def grpc_problem(method: str, headers: Pairs) -> str | None:
    """Why this is not how gRPC is spoken here, or None."""
    told = dict(headers)
    if not method:
        other = told.get("content-type", "").lower().startswith(framing.CONTENT_TYPE)
        return "of gRPC, it is protobuf over HTTP/2 that is spoken here; not gRPC-Web, and not JSON" if other else None
    if any([name for name, _ in headers].count(one) > 1 for one in _ONCE_OF_GRPC):
        return "a header is repeated"
    if "content-encoding" in told:
        return "gRPC compresses messages, not bodies"
    if framing.TIMEOUT in told and framing.seconds(told[framing.TIMEOUT]) is None:
        return f"the header {framing.TIMEOUT} holds no time"
    return None


def way_problem(flow: http.HTTPFlow) -> str | None:
    """Why it did not come as one comes here, or None."""
    if isinstance(flow.client_conn.proxy_mode, RegularMode) and not flow.client_conn.tls:
        return "a request forwarded without TLS"
    if flow.request.authority:
        return "absolute form"
    if flow.request.http_version != HTTP_2:
        return None
    if flow.client_conn.alpn != b"h2":
        return "HTTP/2, it says, in a line of HTTP/1"
    return "its scheme is not https" if flow.request.data.scheme != b"https" else None
