"""What does mitmproxy see of a request? The door takes credentials and bodies off before anything else looks.

`Door` stands first in the list and lives with the script. The `Doorkeeper` it installs at the head of
mitmproxy's addon chain stays for the life of the process: when the script is broken, deleted or not yet
open, the doorkeeper still strips each request and answers it with a refusal.
"""

import logging
import time
from collections.abc import Iterable
from typing import Final
from uuid import uuid4

from mitmproxy import ctx, http
from mitmproxy.addonmanager import Loader
from mitmproxy.proxy.mode_specs import RegularMode

from vecgate.errors import VecgateError
from vecgate.exchange import Exchange, Raw
from vecgate.gate import Gate
from vecgate.identity.bearer import is_credential
from vecgate.proxy import options, shut
from vecgate.refusals import Refusal, refuse
from vecgate.step import EXCHANGES, show
from vecgate.tasks import Tasks
from vecgate.terms import Secret
from vecgate.upstreams import Upstream, host_name

log = logging.getLogger(__name__)

#: What a flow may keep of the request's headers. Everything else may be a secret and is taken off.
SHOWN_HEADERS: Final = frozenset(
    {"host", "content-type", "content-length", "accept", "accept-encoding", "user-agent", "connection", "expect",
     "transfer-encoding"}
)  # fmt: skip
#: Bodies that carry these are never what an official client sends, and make two parsers disagree.
_ODD_HEADERS: Final = frozenset(
    {"upgrade", "te", "trailer", "range", "if-range", "x-http-method-override", "x-http-method", "x-method-override",
     "content-encoding", "http2-settings"}
)  # fmt: skip
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"})
HIDDEN_PATH: Final = "/-"


def _pairs(headers: http.Headers) -> list[tuple[str, str]]:
    return [(k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in headers.fields]


def protocol_problem(method: str, headers: Iterable[tuple[str, str]]) -> str | None:
    """Why this head is not one an official client sends, or None."""
    names = [name for name, _ in headers]
    if method not in _METHODS:
        return "unknown method"
    if names.count("host") != 1:
        return "there must be exactly one Host header"
    if any(names.count(name) > 1 for name in ("content-type", "content-length", "transfer-encoding")):
        return "a header is repeated"
    odd = sorted(_ODD_HEADERS.intersection(names))
    return f"the header {odd[0]} is not accepted" if odd else None


class Doorkeeper:
    """First in the chain, for the life of the process. `gate` is None while no path is in place."""

    def __init__(self) -> None:
        self.gate: Gate | None = None

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Take the credentials off, find the upstream, and refuse in advance: the path has to earn an answer."""
        pairs = _pairs(flow.request.headers)
        exchange = self._begin(flow, pairs)
        EXCHANGES[flow] = exchange
        flow.request.headers = http.Headers([(k.encode(), v.encode("latin-1")) for k, v in pairs if k in SHOWN_HEADERS])
        flow.request.path = HIDDEN_PATH
        exchange.refusal = self._refusal(exchange, flow, pairs)
        show(flow, self.gate, exchange, exchange.refusal or refuse("answer.withheld"))

    def request(self, flow: http.HTTPFlow) -> None:
        """Take the body off. Trailers are dropped: nothing reads them."""
        exchange = EXCHANGES.get(flow)
        if exchange is None:  # a flow that did not come through the front, such as a replay
            show(flow, self.gate, None, refuse("gate.closed"))
            return
        raw = exchange.raw
        exchange.raw = Raw(raw.method, raw.target, raw.headers, flow.request.raw_content or b"")
        flow.request.raw_content = b""
        flow.request.trailers = None
        if self.gate is None and exchange.refusal is None:
            exchange.refusal = refuse("gate.closed")
            show(flow, None, exchange, exchange.refusal)

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """In regular mode the client names the destination: only registered ones."""
        target = (flow.request.host.lower(), flow.request.port)
        flow.request.headers.clear()
        gate = self.gate
        if gate is None or not any(target in u.destinations for u in gate.registry):
            show(flow, gate, None, refuse("upstream.unknown"))

    def _begin(self, flow: http.HTTPFlow, pairs: list[tuple[str, str]]) -> Exchange:
        client = flow.client_conn
        return Exchange(
            id=uuid4().hex,
            started=time.time(),
            client=str(client.peername[0]),
            agent=next((v for k, v in pairs if k == "user-agent"), "")[:200],
            raw=Raw(
                method=flow.request.method,
                target=flow.request.data.path.decode("latin-1"),
                headers=tuple((k, v) for k, v in pairs if not is_credential(k)),
            ),
            left=lambda: not client.connected,
            upstream=self._upstream(flow, pairs),
            credentials=tuple((k, Secret(v)) for k, v in pairs if is_credential(k)),
        )

    def _upstream(self, flow: http.HTTPFlow, pairs: list[tuple[str, str]]) -> Upstream | None:
        destination = flow.server_conn.address
        hosts = [v for k, v in pairs if k == "host"]
        if self.gate is None or destination is None or len(hosts) != 1:
            return None
        return self.gate.registry.match((destination[0], destination[1]), flow.client_conn.sni, host_name(hosts[0]))

    def _refusal(self, exchange: Exchange, flow: http.HTTPFlow, pairs: list[tuple[str, str]]) -> Refusal | None:
        if self.gate is None:
            return refuse("gate.closed")
        if not self.gate.is_open:
            return refuse("gate.starting")
        problem = (
            "a request forwarded without TLS" if _is_forward(flow) else protocol_problem(flow.request.method, pairs)
        )
        if problem is not None or flow.request.authority:
            return refuse("protocol.invalid", detail=problem or "absolute form")
        if not flow.client_conn.tls and not self.gate.settings.listen.plaintext:
            return refuse("protocol.plaintext")
        return refuse("upstream.unknown") if exchange.upstream is None else None


def _is_forward(flow: http.HTTPFlow) -> bool:
    return isinstance(flow.client_conn.proxy_mode, RegularMode) and not flow.client_conn.tls


DOORKEEPER: Final = Doorkeeper()


class Door:
    """First in the list: opens the gate with mitmproxy, closes it with the script, keeps the options fixed."""

    def __init__(self, gate: Gate) -> None:
        shut.shut()
        self._gate = gate
        self._tasks = Tasks()

    def load(self, loader: Loader) -> None:
        """Put the doorkeeper at the head of the chain, if our own process has not.

        The list is replaced, not changed: a script is loaded while mitmproxy iterates over it.
        """
        manager = ctx.master.addons
        if DOORKEEPER not in manager.chain:
            manager.chain = [manager.register(DOORKEEPER), *manager.chain]
        DOORKEEPER.gate = self._gate

    def configure(self, updated: set[str]) -> None:
        """Put back whatever a command line, a file or a browser changed in the fixed options."""
        wrong = options.deviations(ctx.options)
        if wrong:
            ctx.options.update(**wrong)
        limit = self._gate.settings.limits.request_body
        if ctx.options.body_size_limit != str(limit):
            ctx.options.update(body_size_limit=str(limit))

    def running(self) -> None:
        """Open the parts. Until they are open every request is refused with gate.starting."""
        self._tasks.start(self._open(), "open the gate")

    async def _open(self) -> None:
        try:
            await self._gate.open()
        except (VecgateError, OSError) as e:
            log.error("the gate stays closed: %s", e)  # noqa: TRY400 - the message is written for operators

    def done(self) -> None:
        """The script goes: the doorkeeper stays and refuses."""
        if DOORKEEPER.gate is self._gate:
            DOORKEEPER.gate = None
        self._tasks.start(self._gate.close(), "close the gate")
