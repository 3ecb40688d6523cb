"""What of mitmproxy's work is for its developers, or for an upstream it never has? In our own process it is left out.

Everything here costs each small request some hundredths of its time, or each idle connection of its memory, and
changes nothing that a client or the path can see. It touches internals, which `patched.py` looks at first.
"""

from typing import Any

from mitmproxy import http
from mitmproxy.proxy import context, layer
from mitmproxy.proxy.layers import tls
from mitmproxy.utils import asyncio_utils

from vecgate.mitm import patched


def _fork(self: context.Context) -> context.Context:
    """As Context.fork, without first making a server that is thrown away."""
    forked = context.Context.__new__(context.Context)
    forked.client, forked.options, forked.server = self.client, self.options, self.server
    forked.layers = self.layers.copy()
    return forked


class _Few(list[Any]):
    """In the place of a deque, of which an empty one takes 760 bytes; each layer of each connection has one."""

    __slots__ = ()

    def popleft(self) -> Any:
        """The first, taken out. Raises IndexError."""
        return self.pop(0)


def _layer(self: layer.Layer, context: context.Context) -> None:
    """As Layer.__init__, without words for developers."""
    self.context = context
    context.layers.append(self)
    self._paused, self._paused_event_queue = None, _Few()  # type: ignore[assignment]


def _no_debug_info(task: Any, *, name: str, client: Any = None) -> None:
    """In the place of one that names each task after its hook, its client and its test."""


def trim() -> None:
    """For the life of this process. Safe to call again."""
    patched.check("lean")
    # A type check of each field of each message: a tenth of a small request.
    patched.replace(http.MessageData, "__post_init__", lambda _: None)
    patched.replace(context.Context, "fork", _fork)
    patched.replace(asyncio_utils, "set_task_debug_info", _no_debug_info)
    patched.replace(layer.Layer, "__init__", _layer)


class ClientSideOnly:
    """Behind mitmproxy's NextLayer in the list: takes the layer out that would speak TLS with an upstream."""

    def next_layer(self, nextlayer: layer.NextLayer) -> None:
        """mitmproxy's hook: the next layer of a connection has been chosen."""
        chosen: Any = nextlayer.layer
        if not isinstance(chosen, tls.ServerTLSLayer) or not isinstance(chosen.child_layer, tls.ClientTLSLayer):
            return
        chosen.context.layers.remove(chosen)
        chosen.child_layer.server_tls_available = False
        nextlayer.layer = chosen.child_layer
