"""How does each part stand, and since when? Looked at in the background, told to `/readyz`, `vecgate status`, metrics.

A part is there once it has been had. What takes it away again stands in .github/operate.md, part by part; nothing here
waits for a request, since none may come while the gateway says that it is not ready.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography import x509

from vecgate.domain.tenant import NOBODY
from vecgate.refusals.errors import Part, Unavailable, VaultDenied, VecgateError
from vecgate.telemetry.watched import Watched

log = logging.getLogger(__name__)

OK: Final = "ok"
AWAY: Final = "away"
STALE: Final = "stale"
UNKNOWN: Final = "unknown"
#: Its own are stated one by one; a database's are beside them, and never a reason not to be ready.
PARTS: Final = ("policies", "issuers", "vault", "masking_key", "journal", "state", "masker")

LOOK_SECONDS: Final = 5.0
_LONGEST_LOOK: Final = 4.0
_FIRST_PAUSE: Final = 0.25
#: So often the gateway's word is tried again; in between, its server is only asked whether it is there.
_LOGIN_SECONDS: Final = 300.0
_HEALTH: Final = "sys/health?standbyok=true&perfstandbyok=true"
CA_FILE: Final = "mitmproxy-ca.pem"


@dataclass(slots=True)
class Stand:
    """A part: how it is, since when (seconds since the epoch), whether it was ever had, and whether the log knows."""

    state: str
    since: float
    had: bool = False
    told: bool = False


class Standing:
    """Looks while `watch` runs. `now` is in seconds since the epoch."""

    def __init__(self, gate: Watched, now: Callable[[], float]) -> None:
        self._gate = gate
        self.now = now
        self._started = now()
        self._stands: dict[str, Stand] = {}
        self._issuers: Mapping[str, bool] = {}
        self._logged_in_at = 0.0
        self._has_data_key = False
        self.upstreams: dict[str, dict[str, Any]] = {}
        self.certificates: dict[str, float] = {}

    # --- what is asked of it

    def of(self, part: str) -> Stand:
        """How a part stands; away since the start, before anybody has looked."""
        return self._stands.get(part) or Stand(AWAY, self._started)

    def words(self) -> dict[str, dict[str, Any]]:
        """Every part for `vecgate status` and `/readyz`."""
        return {part: {"state": self.of(part).state, "since": self.of(part).since} for part in PARTS}

    def issuers(self) -> None:
        """Raises Unavailable until every issuer's keys were had once, and while nobody's are good any more."""
        if not self.of("issuers").had or not any(self._issuers.values()):
            raise Unavailable(Part.ISSUER_KEYS, "none")

    def vault(self) -> None:
        """Raises Unavailable until the gateway's word was taken once, and after it was away for a lease's life."""
        stand = self.of("vault")
        life = min(one.credential.ttl for one in self._gate.settings.upstreams.values())
        if not stand.had or (stand.state != OK and self.now() - stand.since >= life):
            raise Unavailable(Part.VAULT, "none")

    def masking_key(self) -> None:
        """Raises Unavailable until it was had once: it is kept."""
        if not self.of("masking_key").had:
            raise Unavailable(Part.MASKING_KEY, "none")

    def journal(self) -> None:
        """Raises Unavailable until a journal's key was had once, and while nothing could be written."""
        if not self._has_data_key:
            raise Unavailable(Part.JOURNAL, "no key")
        self._gate.recorder.check()

    def stale_seconds(self) -> float:
        """For how long a newer set of policies has been on the disk that cannot be used; 0: there is none."""
        stand = self.of("policies")
        return self.now() - stand.since if stand.state == STALE else 0.0

    # --- looking

    async def watch(self) -> None:
        """Looks for ever; more often at first, until all have been had."""
        pause = _FIRST_PAUSE
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS if all(self.of(part).had for part in PARTS) else pause)
            pause = min(pause * 2, LOOK_SECONDS)

    async def look(self) -> None:
        """Looks at every part once, side by side, each within its time."""
        looks: dict[str, Callable[[], Awaitable[str]]] = {
            "policies": self._policies,
            "issuers": self._keys_of_issuers,
            "vault": self._vault,
            "masking_key": self._masking_key,
            "journal": self._journal,
            "state": self._state,
            "masker": self._masker,
        }
        found = await asyncio.gather(*(_tried(one) for one in looks.values()))
        for part, (state, why) in zip(looks, found, strict=True):
            self._note(part, state, why)
        self.certificates = _ends(self._gate.settings.listen.certificate_folder)

    def _note(self, part: str, state: str, why: str) -> None:
        old = self._stands.get(part)
        if old is None or old.state != state:
            if old is not None and old.told and state == OK:
                log.info("%s: ok again", part)
            self._stands[part] = old = Stand(state, self.now(), old is not None and old.had)
        old.had = old.had or state == OK
        if state != OK and not old.told and (old.had or self.now() - old.since >= LOOK_SECONDS):
            old.told = True  # at the start, what comes within a few seconds is not missed
            log.warning("%s: %s%s", part, state, f": {why}" if why else "")

    async def _policies(self) -> str:
        policies = self._gate.policies
        return AWAY if policies.loaded is None else STALE if policies.problems else OK

    async def _keys_of_issuers(self) -> str:
        self._issuers = self._gate.verifier.look()
        return OK if all(self._issuers.values()) else AWAY

    async def _vault(self) -> str:
        await self._gate.own_token.get()  # held, mostly; renewed though nobody calls
        if self.of("vault").state != OK or self.now() - self._logged_in_at > _LOGIN_SECONDS:
            await self._gate.leases.try_word()
            self._logged_in_at = self.now()
        else:
            await self._gate.vault.call("GET", _HEALTH)
        return OK

    async def _masking_key(self) -> str:
        await self._gate.masking.keys.of(NOBODY)
        return OK

    async def _journal(self) -> str:
        if not self._has_data_key:
            await self._gate.sealer.new_key()
            self._has_data_key = True
        self._gate.recorder.check()
        return OK

    async def _state(self) -> str:
        await self._gate.store.check()
        return OK

    async def _masker(self) -> str:
        self._gate.masking.workers.check()
        return OK

    # --- the databases, at a pace of their own

    async def watch_upstreams(self, pause: float) -> None:
        """Looks at each database for ever, on the gateway's own lease."""
        while True:
            for upstream in self._gate.registry:
                began = time.perf_counter()
                state = await self.of_upstream(upstream.name)
                took = round((time.perf_counter() - began) * 1000, 1)
                self.upstreams[upstream.name] = {"state": state, "ms": took}
                if state == OK:
                    await self._gate.versions.look(upstream.name)
            await asyncio.sleep(pause)

    async def of_upstream(self, name: str) -> str:
        """`ok`, `away`, or `away: PART` when it is something else that keeps the gateway from it."""
        upstream = self._gate.registry.get(name)
        call = self._gate.dialect(upstream).alive
        if call is None:
            return UNKNOWN
        try:
            answer = await self._gate.ask(upstream)(call)
        except Unavailable as e:
            return AWAY if e.part == Part.UPSTREAM else f"{AWAY}: {e.part}"
        except VecgateError as e:
            return f"{AWAY}: {type(e).__name__}"
        return OK if answer.status < 500 else f"{AWAY}: status {answer.status}"


async def _tried(look: Callable[[], Awaitable[str]]) -> tuple[str, str]:
    """How it stands, and why it is away."""
    try:
        async with asyncio.timeout(_LONGEST_LOOK):
            return await look(), ""
    except VaultDenied as e:
        return AWAY, f"{e}: {e.said}"
    except Unavailable as e:
        return AWAY, str(e)
    except (VecgateError, TimeoutError, OSError, LookupError, TypeError, ValueError) as e:  # also an odd answer
        return AWAY, type(e).__name__


def _ends(folder: Path) -> dict[str, float]:
    """When the certificates end that the gateway itself has, in seconds since the epoch."""
    try:
        found = x509.load_pem_x509_certificate((folder / CA_FILE).read_bytes())
    except (OSError, ValueError):
        return {}
    return {"gateway_ca": found.not_valid_after_utc.timestamp()}
