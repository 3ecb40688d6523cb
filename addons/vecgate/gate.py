"""Which parts make up a running gateway? The composition root: opens them in order, lends them to the steps."""

import time
from collections.abc import Callable
from functools import partial
from typing import Final, Self
from urllib.parse import unquote

import orjson

from vecgate import dialects
from vecgate.api import routes as own
from vecgate.api.requests import RequestsApi
from vecgate.api.routes import OwnRequest
from vecgate.approvals.board import Board
from vecgate.background import Tasks
from vecgate.credentials import kinds
from vecgate.credentials.leases import Leases
from vecgate.dialects import Ask, Dialect
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.exchange import Exchange, Raw
from vecgate.domain.principal import Principal
from vecgate.domain.profiles import MaskProfile
from vecgate.domain.surface import Surface
from vecgate.egress.upstreams import Registry, Upstream
from vecgate.egress.wire import Wire
from vecgate.identity.verifier import Verifier
from vecgate.masking.apply.keys import NOBODY, Keys, LocalKeys, Tenant, VaultKeys
from vecgate.masking.apply.masker import RECORD_PROFILE, Masker, TooMuchNew
from vecgate.masking.apply.record_ids import RecordIds
from vecgate.masking.apply.unmask import Opener
from vecgate.masking.inputs.former import Former
from vecgate.masking.inputs.inbound import Inbound
from vecgate.masking.inputs.ingest import Ingest
from vecgate.masking.inputs.write_back import WriteBack
from vecgate.masking.pool.pool import Workers
from vecgate.parsing import strict_json
from vecgate.policy.evaluate import PolicySet
from vecgate.policy.watch import PolicyStore
from vecgate.recording.later import NOTE, Later
from vecgate.recording.pretty import without_packed
from vecgate.recording.recorder import Recorder
from vecgate.recording.seal import Sealer
from vecgate.refusals.catalogue import Refusal, Rendered, plain
from vecgate.refusals.errors import SettingsError
from vecgate.settings import file as settings_file
from vecgate.settings.file import Settings
from vecgate.state.changes import Changes
from vecgate.state.locks import Locks
from vecgate.state.rates import Rates
from vecgate.state.spans import Spans
from vecgate.state.store import Store
from vecgate.state.worker_number import here
from vecgate.telemetry.feed import Feed
from vecgate.telemetry.observer import Telemetry
from vecgate.telemetry.readings import probes, readings, told
from vecgate.telemetry.standing import Standing
from vecgate.vault.client import VaultClient
from vecgate.vault.own_token import OwnToken

_NAMES: Final = Surface(patterns=("/*",))
#: Characters of a request that were never seen before and are analysed for the record before it goes out: they take a
#: third of a second.
SHOWN_AT_ONCE: Final = 20_000
_NAMES_REMEMBERED: Final = 512  # people ask for the same few collections again and again


class Gate:
    """Everything the path needs. Construction reads files only; `open` runs inside mitmproxy's loop.

    Raises SettingsError when the settings or a dialect they name cannot be used.
    """

    def __init__(self, settings: Settings, *, worker: int = 0) -> None:
        self.settings = settings
        self.registry = Registry(settings.upstreams)
        self.verifier = Verifier(settings.issuers, now=time.time, longest=settings.limits.token)
        self.policies = PolicyStore(settings.policies, time.time, keyed=settings.masking.key is not None)
        self.store = Store(settings.state)
        self.board = Board(self.store, settings.hold)
        self.changes = Changes(self.store)
        self.locks = Locks(self.store)
        self.rates = Rates(self.store)
        self.requests = RequestsApi(self.board)
        self._dialects = self._load_dialects()
        for name, dialect in self._dialects.items():
            self.changes.tell(name, dialect.forget_names)
            dialect.quiet = partial(self.changes.quiet, name)
        self._tasks = Tasks()
        self.telemetry = Telemetry(
            settings.telemetry, lambda: readings(self), lambda: probes(self), lambda: told(self), worker=worker
        )
        self.feed = Feed(here().feed)
        self.standing = Standing(self, time.time)
        self.held: dict[str, float] = {}  # by exchange: when it came
        self._shown_names: dict[tuple[str, ...], list[Json]] = {}
        self.is_open = False
        self.draining = False  # then nobody is kept waiting for an approval
        self.at_the_door: Callable[[], tuple[int, int]] = lambda: (0, 0)  # connections: open, and refused so far
        self._is_made = False

    @classmethod
    def from_environment(cls) -> Self:
        """The gate of the settings that VECGATE_SETTINGS names."""
        return cls(settings_file.from_environment(), worker=here().index)

    def _load_dialects(self) -> dict[str, Dialect]:
        """One dialect per upstream; the credential kinds they name are looked up as well."""
        found, problems = {}, []
        for name, spec in self.settings.upstreams.items():
            try:
                found[name] = dialects.load(spec.dialect)
                kinds.load(spec.credential.kind)
            except LookupError as e:
                problems.append(f"upstreams.{name}: {e}")
        if problems:
            raise SettingsError(problems)
        return found

    async def open(self) -> None:
        """Open every part. What is away now is waited for when it is needed; nothing passes meanwhile."""
        await self.telemetry.open()
        settings = self.settings
        vault, limits = settings.vault, settings.limits
        strict_json.bound(strict_json.Bounds(limits.json_depth, limits.json_containers, limits.json_values))
        self.vault = VaultClient(vault.url, str(vault.ca) if vault.ca else None, vault.timeout)
        self.own_token = OwnToken(self.vault, vault, time.time)
        self.leases = Leases(self.vault, settings, self.own_token, time.time)
        self.wire = Wire(connections=limits.connections, answer_body=limits.answer_body, now=time.time)
        recording = settings.recording
        self.sealer = Sealer(
            self.vault, self.own_token.get, recording.transit_mount, recording.transit_key, self.own_token.forget
        )
        self.recorder = Recorder(recording, self.sealer, time.time)
        self.recorder.on_end(self._session_ended)
        self.workers = Workers(settings.masking)
        self.keys = self._keys()
        self.masker = Masker(self.workers, self.keys, settings.masking.timeout)
        self.former = Former(self.workers, self.keys, settings.masking.timeout)
        self.opener = Opener(self.keys)
        self.record_ids = RecordIds(self.keys)
        self.spans = Spans(settings.state, settings.masking)
        self.ingest = Ingest(self.masker, self.workers, settings.masking.ingest_bytes)
        self.inbound = Inbound()
        self.later = Later(self.recorder.write, settings.masking.ingest_bytes)
        self.write_back = WriteBack()
        self._is_made = True
        self.policies.refresh()
        self._tasks.start(self.policies.watch(), "watch policies")
        for part in (self.verifier, self.store, self.board, self.spans, self.workers, self.recorder):
            await part.open()
        if settings.masking.shared_cache:
            self._tasks.start(self.workers.join(self.spans, lambda: self.keys.of(NOBODY)), "share findings")
        self.changes.open()
        self.feed.open()
        self._tasks.start(self.standing.watch(), "look at the parts")
        if settings.telemetry.upstream_check is not None:
            self._tasks.start(self.standing.watch_upstreams(settings.telemetry.upstream_check), "look at upstreams")
        self.is_open = True

    def _keys(self) -> Keys:
        masking = self.settings.masking
        if masking.key is None:
            return LocalKeys(here().hash_key)
        return VaultKeys(self.vault, self.own_token.get, masking, self.own_token.forget)

    async def close(self) -> None:
        """Close every part, last opened first; also when only some of them are open."""
        self.is_open = False
        await self._tasks.close()
        if not self._is_made:
            await self.telemetry.close()
            return
        self._is_made = False
        outer = (self.later, self.recorder, self.feed, self.ingest, self.workers, self.wire)
        inner = (self.leases, self.own_token, self.spans, self.changes, self.board, self.store, self.verifier)
        for part in (*outer, *inner):
            await part.close()
        await self.vault.close()
        await self.telemetry.close()

    async def _session_ended(self, principal_key: str, _session: str) -> None:
        """A credential does not outlive the session it was issued in, nor do its connections."""
        for lease_id in self.leases.drop(principal_key):
            self.wire.drop(lease_id)

    def dialect(self, upstream: Upstream) -> Dialect:
        """What this upstream speaks; one object per upstream, as it remembers that server's names."""
        return self._dialects[upstream.name]

    def ask(self, upstream: Upstream) -> Ask:
        """How a dialect asks this upstream something, on the gateway's own credential."""

        async def ask(call: Call) -> Answer:
            lease = await self.leases.own(upstream.name)
            return await self.wire.send(self.wire.ticket(call, upstream, lease), call)

        return ask

    def own_request(self, principal: Principal, raw: Raw) -> OwnRequest | None:
        """What the gateway itself answers, if this is for it. Raises CallRefused for a bad body."""
        return own.request(self, principal, raw)

    def unmasking(self, exchange: Exchange) -> OwnRequest | None:
        """A request to open tokens, if this is one: decided like any other, answered here. Raises CallRefused."""
        return own.unmasking(self, exchange)

    def previewing(self, exchange: Exchange) -> OwnRequest | None:
        """A request to mask texts, if this is one: masked as a write of them is. Raises CallRefused for a bad body."""
        return own.previewing(self, exchange)

    @staticmethod
    def tenant(exchange: Exchange) -> Tenant:
        """Whose data an exchange is about: the keys of masked values are a tenant's own."""
        upstream, operation = exchange.upstream, exchange.operation
        return upstream.name if upstream else "", operation.tenant or "" if operation else ""

    @classmethod
    def whose(cls, exchange: Exchange) -> tuple[Tenant, str]:
        """That, and what the server knows the collection by whose records they are, if they are of one."""
        things = exchange.operation.things if exchange.operation else ()
        return cls.tenant(exchange), next(iter(things), "")

    @staticmethod
    def profile(policies: PolicySet, decision: Decision) -> MaskProfile:
        """The mask profile of a decision's rule, looked up with it: the set may be swapped before the answer."""
        return RECORD_PROFILE if decision.mask is None else policies.profile(decision.mask)

    def readers(self) -> list[MaskProfile]:
        """The profiles that somebody may read with, each once."""
        policies = self.policies.loaded
        names = {rule.rule.mask for rule in policies.rules} if policies else set()
        return [RECORD_PROFILE if name is None or policies is None else policies.profile(name) for name in names]

    async def shown(self, exchange: Exchange) -> Json:
        """The request's body as it may be seen and recorded. Raises MaskFailed or Unavailable('masker')."""
        call, operation, upstream = exchange.call, exchange.operation, exchange.upstream
        if call is None or operation is None or upstream is None or call.tree is None:
            return None
        if exchange.local is not None and not exchange.preview:
            return await self.masker.mask_text(orjson.dumps(call.tree).decode(), RECORD_PROFILE)
        surface = self.dialect(upstream).surface(operation, answer=False)
        try:
            whose = self.whose(exchange)
            shown, _ = await self.masker.mask_tree(call.tree, surface, RECORD_PROFILE, *whose, at_most=SHOWN_AT_ONCE)
        except TooMuchNew:
            exchange.shown_later = exchange.shown_later is None
            return NOTE
        return without_packed(shown)

    async def shown_text(self, text: str) -> str:
        """A text as it may be seen and recorded. Raises MaskFailed or Unavailable('masker')."""
        return await self.masker.mask_text(text, RECORD_PROFILE)

    async def shown_names(self, names: list[Json]) -> list[Json]:
        """Names as they may be seen and recorded: kept, but for what is certain to be personal or a secret."""
        known = self._shown_names.get(tuple(map(str, names)))
        if known is not None:
            return [*known]
        tree, _ = await self.masker.mask_tree(names, _NAMES, RECORD_PROFILE)
        shown = tree if isinstance(tree, list) else []
        if len(self._shown_names) >= _NAMES_REMEMBERED:
            self._shown_names.clear()
        self._shown_names[tuple(map(str, names))] = shown
        return [*shown]

    async def show(self, exchange: Exchange) -> None:
        """Fill in what may be seen and recorded of a request that was read. Raises as `shown` does."""
        exchange.shown_call = await self.shown(exchange)
        await self.show_target(exchange)

    async def show_target(self, exchange: Exchange) -> None:
        """The same of its first line alone."""
        call, operation = exchange.call, exchange.operation
        if call is not None:
            collections, said = operation.collections if operation else (), [value for _, value in call.query]
            path, *names = await self.shown_names([unquote(call.path), *said, *collections])
            exchange.shown_target, exchange.shown_names = str(path), tuple(map(str, names[len(said) :]))
            keys = [key for key, _ in call.query]
            exchange.shown_query = tuple(zip(keys, map(str, names[: len(said)]), strict=True))

    @staticmethod
    def render(gate: "Gate | None", exchange: Exchange | None, refusal: Refusal) -> Rendered:
        """A refusal in the shape of the database that was meant, or in the plain one."""
        agent = exchange.agent if exchange is not None else ""
        if gate is None or exchange is None or exchange.upstream is None:
            return plain(refusal, agent)
        return gate.dialect(exchange.upstream).render(refusal, agent)
