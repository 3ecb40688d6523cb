"""Which options of mitmproxy are fixed? Of its protocols HTTP/1 only; HTTP/2 is ours (`h2/`), and there is no HTTP/3.

Each default here lets bytes pass unseen.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

#: What mitmweb shows of each flow; the comment tells who did what, and what was decided.
COLUMNS: Final = ("icon", "method", "path", "status", "comment", "size", "timestamp")

FIXED: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "connection_strategy": "lazy",  # eager connects before any token is seen
        "rawtcp": False,  # one leading CRLF would turn a request into an unseen tunnel
        "websocket": False,
        "http2": False,  # mitmproxy's own; where it is offered says client_tls.py
        "http3": False,
        "validate_inbound_headers": True,
        "upstream_cert": False,
        "ssl_insecure": False,
        "keep_host_header": True,  # the Host header is matched against the registry
        "stream_large_bodies": None,  # a streamed body is never masked
        "store_streamed_bodies": False,
        "ignore_hosts": [],
        "allow_hosts": [],
        "tcp_hosts": [],
        "udp_hosts": [],
        "show_ignored_hosts": False,
        "onboarding": False,
        "normalize_outbound_headers": True,
    }
)


def deviations(options: Any) -> dict[str, Any]:
    """The fixed options that stand otherwise now, with the value they must have."""
    return {name: value for name, value in FIXED.items() if name in options and getattr(options, name) != value}


def show_comments(options: Any) -> None:
    """In a mitmweb of one's own the comments tell what was decided: show them, unless other columns were chosen."""
    if "web_columns" in options and not options.has_changed("web_columns"):
        options.update(web_columns=list(COLUMNS))
