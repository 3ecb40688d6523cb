"""Which layer speaks with a client? Chosen by ALPN, once TLS is through, for each connection and in every mode.

mitmproxy makes an HttpLayer wherever it expects HTTP, and starts it when TLS is done. At its start it is replaced by
ours, unless the settings keep mitmproxy's (`listen.layers: stock`); HTTP/2 is ours then, too, inside of mitmproxy's. A
regular proxy's own HTTP, around CONNECT, stays mitmproxy's; what is inside of it is ours.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from mitmproxy.proxy import events, layer
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers import http
from mitmproxy.proxy.layers.http import HttpLayer, HTTPMode

from vecgate.mitm import patched
from vecgate.mitm.h2.talks import Http2Talks
from vecgate.mitm.own import OwnLayer

type Made = Callable[[Context], layer.Layer]

#: ALPN -> our layer. What is not in here, or not offered, is HTTP/1.1.
BY_ALPN: Final[Mapping[bytes | None, Made]] = {b"h2": Http2Talks}
_original: Final = HttpLayer.handle_event


def _handle_event(self: Any, event: events.Event) -> Any:
    made = None
    if isinstance(event, events.Start) and self.mode is HTTPMode.transparent:
        made = BY_ALPN.get(self.context.client.alpn, OwnLayer)
    if made is None:
        return _original(self, event)
    self.context.layers.remove(self)
    self.handle_event = self._handle_event = made(self.context).handle_event
    return self.handle_event(event)


def use(which: Literal["own", "stock"]) -> None:
    """For every connection from now on, for the life of this process or until the next call."""
    patched.check("layers")
    patched.replace(http, "Http2Server", Http2Talks)
    patched.replace(HttpLayer, "handle_event", _handle_event if which == "own" else _original)
