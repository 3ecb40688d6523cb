"""What of mitmproxy's work is for its developers, or for an upstream it never has? In our own process it is left out.

Everything here costs each small request some hundredths of its time, or each idle connection of its memory, and
changes nothing that a client or the path can see. It touches internals, which `patched.py` looks at first.
"""

from collections.abc import Iterable
from dataclasses import fields as fields_of
from functools import lru_cache
from typing import Any, Final

from mitmproxy import hooks, http
from mitmproxy.proxy import commands, context, layer
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


_HEADERS: Final = http.Headers.__init__


def _headers(self: http.Headers, fields: Iterable[tuple[bytes, bytes]] = (), **headers: Any) -> None:
    """As Headers.__init__, without a check of the type of each name and value."""
    if headers:
        _HEADERS(self, fields, **headers)
    else:
        self.fields = tuple(map(tuple, fields))  # type: ignore[arg-type]


def _begun(cls: type[commands.StartHook], *_: Any, **__: Any) -> commands.StartHook:
    """As StartHook.__new__, without a check of how its class was made."""
    return object.__new__(cls)


@lru_cache(maxsize=256)
def _names(kind: type[hooks.Hook]) -> tuple[str, ...]:
    return tuple(one.name for one in fields_of(kind))  # type: ignore[arg-type]


def _arguments(self: hooks.Hook) -> list[Any]:
    """As Hook.args, which looks for the names of its fields each time."""
    return [getattr(self, name) for name in _names(type(self))]  # type: ignore[arg-type]


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
    patched.replace(http.Headers, "__init__", _headers)
    patched.replace(commands.StartHook, "__new__", _begun)
    patched.replace(hooks.Hook, "args", _arguments)


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
