"""What does mitmproxy see of a request? The door takes credentials and bodies off, and begins the Exchange.

`Door` stands first in the list and lives with the script. The `Doorkeeper` it installs at the head of
mitmproxy's addon chain stays for the life of the process: when the script is broken, deleted or not yet
open, the doorkeeper still strips each request and answers it with a refusal.
"""

import asyncio
import logging
import re
import secrets
import time
from typing import Final

from mitmproxy import ctx, http
from mitmproxy.addonmanager import Loader
from mitmproxy.flow import Error
from mitmproxy.proxy.context import Context

from vecgate.background import Tasks
from vecgate.domain.exchange import Exchange, Raw
from vecgate.domain.principal import Secret
from vecgate.domain.upstream import Upstream
from vecgate.egress.upstreams import host_name
from vecgate.gate import Gate
from vecgate.handling import transcoded
from vecgate.handling.transcoded.streamed import Streamed, streamed, streaming
from vecgate.identity.bearer import is_credential
from vecgate.mitm import bounds, client_tls, layers, options, shut
from vecgate.mitm.carried import LEFT, TERMS, Carrier
from vecgate.mitm.clients import Clients
from vecgate.mitm.h2.stream import gone_of
from vecgate.mitm.judged import is_refused
from vecgate.mitm.misses import Misses
from vecgate.mitm.protocol import HTTP_2, METHODS, grpc_method, grpc_problem, protocol_problem, way_problem
from vecgate.mitm.scripts import Keeper, script_of
from vecgate.parsing import grpc_framing as framing
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import VecgateError
from vecgate.refusals.rendering import Rendered, plain
from vecgate.steps._base import AT_WORK, EXCHANGES, UNREAD, over_grpc, show

log = logging.getLogger(__name__)

#: What a flow may keep of the request's headers. Everything else may be a secret and is taken off.
SHOWN_HEADERS: Final = frozenset(
    {"host", "content-type", "content-length", "accept", "accept-encoding", "user-agent", "connection", "expect",
     "transfer-encoding"}
)  # fmt: skip
HIDDEN_PATH: Final = "/-"
HIDDEN_METHOD: Final = "-"
HIDDEN_VALUE: Final = "(not shown)"
#: A value of a shown header that could be a token or an address is hidden all the same.
_TELLING: Final = re.compile(r"@|[\w~+=.-]{24}")
_AGAIN_SECONDS: Final = 5.0  # between attempts to open the gate
_WITHHELD: Final = refuse("answer.withheld")


def _pairs(headers: http.Headers) -> list[tuple[str, str]]:
    return [(k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in headers.fields]


def _shown(pairs: list[tuple[str, str]]) -> http.Headers:
    kept = [(k, HIDDEN_VALUE if _TELLING.search(v) else v) for k, v in pairs if k in SHOWN_HEADERS]
    return http.Headers([(k.encode(), v.encode("latin-1")) for k, v in kept])


class Doorkeeper:
    """First in the chain, for the life of the process. `gate` is None while no path is in place."""

    def __init__(self) -> None:
        self.gate: Gate | None = None
        self.clients = Clients()
        self.streams = frozenset[str]()  # methods of gRPC whose calls go on and on
        self.misses = Misses()
        self.addons = [self.clients, Carrier()]  # mitmproxy calls their hooks too

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Take the credentials off, find the upstream, and refuse in advance: the path has to earn an answer."""
        pairs = _pairs(flow.request.headers)
        flow.request.headers = _shown(pairs)  # first of all: whatever goes wrong below, the token is off
        exchange = self._begin(flow, pairs)
        EXCHANGES[flow] = exchange
        if self.gate is not None:
            self.gate.telemetry.begin(exchange)
        flow.request.method = exchange.raw.method
        flow.request.path = HIDDEN_PATH
        exchange.refusal = self._refusal(exchange, flow, pairs)
        show(flow, self.gate, exchange, exchange.refusal or _WITHHELD)

    def request(self, flow: http.HTTPFlow) -> None:
        """Take the body off. Trailers are dropped: nothing reads them."""
        exchange, body = EXCHANGES.get(flow), flow.request.raw_content or b""
        flow.request.raw_content = b""
        flow.request.trailers = None
        if exchange is None:  # a flow that did not come through the front, such as a replay
            flow.request.path = HIDDEN_PATH
            show(flow, self.gate, None, refuse("gate.closed"))
            return
        raw = exchange.raw
        exchange.raw = Raw(raw.method, raw.target, raw.headers, body)
        if exchange.grpc and exchange.refusal is None and self.gate is not None:
            self._open(self.gate, exchange, flow)
        if self.gate is None and exchange.refusal is None:
            exchange.refusal = refuse("gate.closed")
            show(flow, None, exchange, exchange.refusal)

    def _open(self, gate: Gate, exchange: Exchange, flow: http.HTTPFlow) -> None:
        """What clients ask before they show who they are is answered here; it is about no database, so not recorded."""
        reply = transcoded.opened(gate, exchange)
        if reply is not None:
            del EXCHANGES[flow]
            gate.telemetry.end(exchange, gone=False)
            flow.response = over_grpc(reply)

    def error(self, flow: http.HTTPFlow) -> None:
        """mitmproxy's words for what is wrong with a request quote it; and it is refused, which is not leaving."""
        if flow.error is None or flow.error.msg == LEFT:
            return
        most = self.gate.settings.limits.request_body if self.gate is not None else None
        refusal = shut.refusal_for(413 if "body_size_limit" in flow.error.msg else 400, most)
        exchange = EXCHANGES.get(flow)
        flow.error = Error(UNREAD, flow.error.timestamp)
        if exchange is not None:
            exchange.refusal = exchange.refusal or refusal
            show(flow, self.gate, exchange, exchange.refusal)  # over HTTP/2 it can still be read

    def last_words(self, context: Context, request: http.Request | None, refusal: Refusal) -> Rendered:
        """A refusal of what was never read whole, in the shape of the database that was meant, if that is known."""
        headers = request.headers if request is not None else http.Headers()
        agent, destination = headers.get("user-agent", ""), context.server.address
        gate, hosts = self.gate, headers.get_all("host")
        if gate is None or destination is None:
            return plain(refusal, agent)
        meant = gate.registry.at((destination[0], destination[1]))
        if meant is None and len(hosts) == 1:
            meant = gate.registry.match((destination[0], destination[1]), context.client.sni, host_name(hosts[0]))
        return plain(refusal, agent) if meant is None else gate.dialect(meant).render(refusal, agent)

    def streamed(self, flow: http.HTTPFlow) -> Streamed | None:
        """The stream of many calls that a request is; None: it is one. Whoever may make them, each call asks anew."""
        gate, pairs = self.gate, _pairs(flow.request.headers)
        if gate is None or (method := grpc_method(flow, pairs)) not in self.streams or grpc_problem(method, pairs):
            return None
        upstream = self._upstream(flow, pairs)
        return streamed(gate, upstream, method, tuple(pairs)) if upstream is not None else None

    def is_held(self, flow: http.HTTPFlow) -> bool:
        """Whether a person is asked about it now."""
        exchange = EXCHANGES.get(flow)
        return self.gate is not None and exchange is not None and exchange.id in self.gate.held

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """In regular mode the client names the destination: only registered ones."""
        target = (flow.request.host.lower(), flow.request.port)
        flow.request.headers.clear()
        gate = self.gate
        if gate is None or not any(target in u.destinations for u in gate.registry):
            self.misses.note(gate.registry if gate else (), [target[0]], target)
            show(flow, gate, None, refuse("upstream.unknown"))

    def _begin(self, flow: http.HTTPFlow, pairs: list[tuple[str, str]]) -> Exchange:
        client, gone = flow.client_conn, gone_of(flow)
        more = self.gate.token_headers if self.gate is not None else frozenset()
        upstream, grpc = self._upstream(flow, pairs), grpc_method(flow, pairs)
        if (
            grpc
            and self.gate is not None
            and upstream is not None
            and (spoken := transcoded.grpc_of(self.gate, upstream))
        ):
            pairs = [*spoken.login(tuple(pairs))]
        secret = {k for k, _ in pairs if is_credential(k, more)}
        method = flow.request.data.method.decode("latin-1")  # `request.method` is in upper case, whatever was sent
        return Exchange(
            id=secrets.token_hex(16),
            started=time.time(),
            client=str(client.peername[0]),
            agent=next((v for k, v in pairs if k == "user-agent"), "")[:200],
            raw=Raw(
                method=method if method in METHODS else HIDDEN_METHOD,
                target=flow.request.data.path.decode("latin-1"),
                headers=tuple((k, v) for k, v in pairs if k not in secret),
            ),
            left=lambda: gone.is_true or not client.connected,
            upstream=upstream,
            grpc=grpc,
            patience=next((framing.seconds(v) for k, v in pairs if grpc and k == framing.TIMEOUT), None),
            credentials=tuple((k, Secret(v)) for k, v in pairs if k in secret),
        )

    def _upstream(self, flow: http.HTTPFlow, pairs: list[tuple[str, str]]) -> Upstream | None:
        destination = flow.server_conn.address
        hosts = [v for k, v in pairs if k == "host"]
        if self.gate is None or destination is None or len(hosts) != 1:
            return None
        target, sni, host = (destination[0], destination[1]), flow.client_conn.sni, host_name(hosts[0])
        found = self.gate.registry.match(target, sni, host)
        if found is None:
            self.misses.note(self.gate.registry, [sni, host], target)
        return found

    def _refusal(self, exchange: Exchange, flow: http.HTTPFlow, pairs: list[tuple[str, str]]) -> Refusal | None:
        if self.gate is None:
            return refuse("gate.closed")
        if not self.gate.is_open:
            return refuse("gate.starting")
        odd = protocol_problem(exchange.raw.method, flow.request.http_version, pairs)
        if problem := way_problem(flow) or odd or grpc_problem(exchange.grpc, pairs):
            return refuse("protocol.invalid", detail=problem)
        if not flow.client_conn.tls and not self.gate.settings.listen.plaintext:
            return refuse("protocol.plaintext")
        if exchange.upstream is None:
            return refuse("upstream.unknown")
        if not transcoded.is_spoken(self.gate, exchange, over_2=flow.request.http_version == HTTP_2):
            return refuse("protocol.grpc")
        most = self.gate.settings.limits.requests
        return refuse("limit.busy", requests=most) if max(self.clients.under_way, AT_WORK.count + 1) > most else None


DOORKEEPER: Final = Doorkeeper()
#: Lives as long: brings the script back once its file is there and whole again.
KEEPER: Final = Keeper(closed=lambda: DOORKEEPER.gate is None)


class Door:
    """First in the list: opens the gate with mitmproxy, closes it with the script, keeps the options fixed."""

    def __init__(self, gate: Gate) -> None:
        shut.shut()
        bounds.bound(gate.settings.limits, DOORKEEPER.clients, DOORKEEPER.last_words)
        TERMS.streamed, TERMS.held = DOORKEEPER.streamed, DOORKEEPER.is_held
        TERMS.ends = lambda: DOORKEEPER.gate is not None and DOORKEEPER.gate.draining
        TERMS.refused = lambda flow, size: is_refused(DOORKEEPER.gate, flow, size)
        layers.use(gate.settings.listen.layers)
        client_tls.offer(gate.registry.speaks_grpc)
        self._gate = gate
        self._tasks = Tasks()
        self._opening: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None

    def load(self, loader: Loader) -> None:
        """Put the doorkeeper at the head of the chain, if our own process has not.

        The list is replaced, not changed: a script is loaded while mitmproxy iterates over it.
        """
        manager = ctx.master.addons
        if DOORKEEPER not in manager.chain:
            manager.chain = [manager.register(DOORKEEPER), *manager.chain]
        DOORKEEPER.gate, DOORKEEPER.streams = self._gate, streaming(self._gate)
        self._gate.at_the_door = DOORKEEPER.clients.counts
        options.show_comments(ctx.options)

    def configure(self, updated: set[str]) -> None:
        """Put back whatever a command line, a file or a browser changed in the fixed options."""
        wrong = options.deviations(ctx.options)
        if wrong:
            ctx.options.update(**wrong)
        asks = self._gate.settings.listen.client_certificates
        if "request_client_cert" in ctx.options and ctx.options.request_client_cert != asks:
            ctx.options.update(request_client_cert=asks)
        limit = self._gate.settings.limits.request_body
        if ctx.options.body_size_limit != str(limit):
            ctx.options.update(body_size_limit=str(limit))

    def running(self) -> None:
        """Open the parts. Until they are open every request is refused with gate.starting."""
        self._opening = self._tasks.start(self._open(), "open the gate")
        script = script_of(self)
        if script is not None:
            KEEPER.keep(script)

    async def _open(self) -> None:
        while True:
            try:
                await self._gate.open()
            except (VecgateError, OSError) as e:
                log.error("the gate stays closed: %s", e)  # noqa: TRY400 - the message is written for operators
            else:
                return
            await self._gate.close()
            await asyncio.sleep(_AGAIN_SECONDS)

    def done(self) -> None:
        """The script goes: the doorkeeper stays and refuses."""
        if DOORKEEPER.gate is self._gate:
            DOORKEEPER.gate = None
        self._closing = self._tasks.start(self._close(), "close the gate")

    async def _close(self) -> None:
        if self._opening is not None:  # half open is not closed: a worker would be left running
            self._opening.cancel()
            await asyncio.wait({self._opening})
        await self._gate.close()

    async def closed(self) -> None:
        """Wait until the parts are closed, once the script has gone."""
        if self._closing is not None:
            await asyncio.wait({self._closing})
