"""Which parts make up a running gateway? The composition root: opens them in order, lends them to the steps."""

import time
from collections.abc import Callable
from functools import partial
from typing import Self

from vecgate import dialects
from vecgate.access.parts import AccessParts
from vecgate.api.own import Parts, Reading
from vecgate.approvals.board import Board
from vecgate.approvals.rota import Rota
from vecgate.background import Tasks
from vecgate.consent.proof import Proof
from vecgate.credentials import kinds
from vecgate.credentials.leases import Leases
from vecgate.dialects import Ask, Dialect, ways
from vecgate.dialects.base.grpc.leg import asked
from vecgate.dialects.base.things import Things
from vecgate.domain.upstream import Upstream
from vecgate.egress.turns import Shares
from vecgate.egress.upstreams import Registry
from vecgate.egress.wire import Wire
from vecgate.guards.parts import GuardParts
from vecgate.identity.verifier import Verifier
from vecgate.masking.parts import MaskingParts
from vecgate.notices.parts import NoticeParts
from vecgate.parsing import strict_json
from vecgate.policy.watch import PolicyStore
from vecgate.recording.journals import Journals
from vecgate.recording.later import Later
from vecgate.recording.recorder import Recorder
from vecgate.recording.seal import Sealer
from vecgate.settings import file as settings_file
from vecgate.settings import plugins
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


class Gate:
    """Everything the path needs. Construction reads files only; `open` runs inside mitmproxy's loop.

    Raises SettingsError when the settings or a dialect they name cannot be used.
    """

    def __init__(self, settings: Settings, *, worker: int = 0) -> None:
        self.settings, self.registry = settings, Registry(specs := settings.upstreams)
        self.verifier = Verifier(settings.issuers, now=time.time, longest=settings.limits.token)
        self.bodies = Shares(settings.limits.bodies_at_once)
        self.policies, self.store = PolicyStore.of(settings, time.time), (store := Store(settings.state))
        self.guards, key = GuardParts.of(store, settings), here().hash_key
        proof = Proof.of(settings.approvals, (register := self.guards.register).key or key)
        self.board = Board(store, settings.hold, proof, key, register=register)
        self.access, self.changes = AccessParts(store, settings.access, proof, register), Changes(store)
        self.notices = NoticeParts(store, self.board, self.access.ledger, settings.notices, time.time)
        plugins.are_there(specs, dialects.kind, kinds.load)
        self._dialects = {name: dialects.load(one.dialect, one) for name, one in specs.items()}
        self.versions = dialects.versions(specs, lambda name: self.ask(self.registry.get(name)), time.monotonic)
        self.token_headers = frozenset[str]().union(*(one.token_headers for one in self._dialects.values()))
        for name, dialect in self._dialects.items():
            self.changes.tell(name, dialect.forget_names)
            dialect.quiet, dialect.largest = partial(self.changes.quiet, name), settings.limits.request_body
        self.on_call, self.locks, self.rates = Rota.of(store, settings.approvals), Locks(store), Rates(store)
        self.telemetry = Telemetry(
            settings.telemetry, lambda: readings(self), lambda: probes(self), lambda: told(self), worker=worker
        )
        self._tasks, self.held, self.feed = Tasks(), dict[str, float](), Feed(here().feed)
        self.standing = Standing(self, time.time)
        self.is_open = self._is_made = self.draining = False  # draining: nobody waits for a yes
        self.at_the_door: Callable[[], tuple[int, int]] = lambda: (0, 0)  # connections: open, and refused so far

    @classmethod
    def from_environment(cls) -> Self:
        """The gate of the settings that VECGATE_SETTINGS names."""
        return cls(settings_file.from_environment(), worker=here().index)

    async def open(self) -> None:
        """Open every part. What is away now is waited for when it is needed; nothing passes meanwhile."""
        await self.telemetry.open()
        recording, vault, limits = (settings := self.settings).recording, settings.vault, settings.limits
        strict_json.bound_by(limits)
        self.vault = VaultClient.of(vault)
        self.own_token = token = OwnToken(self.vault, vault, time.time)
        self.leases = Leases(kinds.Means(self.vault, token, self.store, time.time), settings, ways(settings.upstreams))
        self.wire = Wire.within(limits, time.time)
        self.sealer = Sealer(self.vault, token.get, recording.transit_mount, recording.transit_key, token.forget)
        self.recorder = Recorder(recording, self.sealer, time.time)
        self.recorder.on_end(self._session_ended)
        self.guards.barred.watch(lambda: self.wire.drop(*self.leases.drop_of(self.guards.barred.of)))
        self.leases.follow(self.wire)
        self.access.tells(self.recorder.aside, self.telemetry.metrics.access, self.guards.unreviewed)
        self.access.live.on_end(lambda ended: self._session_ended(ended.login, ended.id))
        self.masking = masking = MaskingParts(settings.masking, self.vault, token.get, token.forget, here().hash_key)
        self.notices.tells(self.telemetry.metrics.notice, masking.shown.names)
        lent = masking.opener, masking.shown, self.guards, self.recorder, self.access, tuple(settings.upstreams)
        reading = Reading(Journals(recording.folder), masking.masker, self._dialects)
        more = reading, lambda: self.draining, Things(self.registry, self._dialects, self.ask).of, self.on_call.people
        self.lent = Parts(
            self.board, self.policies, tuple(settings.issuers), *lent, *more, self.leases.book, settings.observed
        )
        self.spans, most = Spans(settings.state, settings.masking), settings.masking.ingest_bytes
        self.later, self._is_made, self.verifier.read = Later(self.recorder.write, most), True, token.read
        self.policies.refresh()
        self._tasks.start(self.policies.watch(), "watch policies")
        for part in (self.verifier, self.store, self.board, self.spans, self.masking, self.recorder):
            await part.open()
        if settings.masking.shared_cache:
            self._tasks.start(masking.workers.join(self.spans, masking.nobodys_key), "share findings")
        for listener in (self.leases, self.changes, self.guards, self.access, self.notices, self.feed, self.on_call):
            listener.open()
        self._tasks.start(self.standing.watch(), "look at the parts")
        if settings.telemetry.upstream_check is not None:
            self._tasks.start(self.standing.watch_upstreams(settings.telemetry.upstream_check), "look at upstreams")
        self.is_open = True

    async def close(self) -> None:
        """Close every part, last opened first; also when only some of them are open."""
        self.is_open = False
        await self._tasks.close()
        if not self._is_made:
            return await self.telemetry.close()
        self._is_made = False
        outer = (self.later, self.recorder, self.feed, self.masking, self.wire)
        state = (self.spans, self.changes, self.guards, self.notices, self.access, self.on_call, self.board, self.store)
        for part in (*outer, self.leases, self.own_token, *state, self.verifier, self.vault, self.telemetry):
            await part.close()

    async def _session_ended(self, principal_key: str, _session: str) -> None:
        """A credential outlives neither the session it was issued in nor a grant or a lock, nor do its connections."""
        self.wire.drop(*self.leases.drop(principal_key))

    def dialect(self, upstream: Upstream) -> Dialect:
        """What this upstream speaks; one object per upstream, as it remembers that server's names."""
        return self._dialects[upstream.name]

    def ask(self, upstream: Upstream) -> Ask:
        """How a dialect asks this upstream something, on the gateway's own credential."""
        return partial(asked, self.dialect(upstream), self.wire, upstream, self.leases.own)
