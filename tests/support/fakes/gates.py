"""A gate of fakes and an exchange that has come some way: for what one step does, and cannot be seen from outside."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType, SimpleNamespace
from typing import Any, Final

from mitmproxy import http
from mitmproxy.test import tflow, tutils

from support.fakes.approvals import ALICE
from vecgate import dialects
from vecgate.consent.proof import UNSIGNED
from vecgate.dialects import Dialect
from vecgate.domain.approval import Approval, Impact
from vecgate.domain.call import Answer, Call
from vecgate.domain.decision import Approvers, Decision, Effect
from vecgate.domain.exchange import Exchange, Raw
from vecgate.domain.lease import Headers, Lease
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Secret
from vecgate.domain.upstream import Upstream
from vecgate.egress.turns import Shares
from vecgate.egress.upstreams import Registry
from vecgate.masking.apply.masker import RECORD_PROFILE
from vecgate.settings.file import Settings
from vecgate.telemetry.feed import Feed
from vecgate.telemetry.metrics import Readings
from vecgate.telemetry.observer import Telemetry

SETTINGS: Final = Settings.model_validate(
    {
        "issuers": [{"issuer": "https://login.test", "audience": "vecgate"}],
        "upstreams": {
            "tickets-db": {
                "dialect": "chroma",
                "url": "https://tickets-db.test:8000",
                "hosts": ["tickets.test"],
                "destinations": ["192.0.2.7:443"],
                "credential": {"role": "vecgate-client", "gateway_role": "vecgate-gateway"},
            }
        },
        "policies": "policies",
        "vault": {
            "url": "https://127.0.0.1:1",
            "role_id_file": "role-id",
            "secret_id_file": "secret-id",
            "vouch": {"key_file": "vouch-key"},
        },
        "state": {"url": "redis://127.0.0.1:1"},
        "recording": {"folder": "sessions"},
        "listen": {"certificate_folder": "certs"},
    }
)
REGISTRY: Final = Registry(SETTINGS.upstreams)
UPSTREAM: Final[Upstream] = REGISTRY.get("tickets-db")
PATH: Final = "/api/v2/tenants/t/databases/d/collections/11111111-2222-3333-4444-555555555555/delete"
CALL: Final = Call("POST", PATH, body=b'{"where":{"a":"b"}}', tree={"where": {"a": "b"}})
OPERATION: Final = Operation("chroma", "collection_delete", "delete_filter", 3, "t", "d", ("tickets",))
ALLOW: Final = Decision(Effect.ALLOW, "readers", "policy.allowed", "v1")
HOLD: Final = replace(ALLOW, effect=Effect.HOLD, rule="ask", approvers=Approvers.of("data-owners"), wait_seconds=2)
DENY: Final = replace(ALLOW, effect=Effect.DENY, rule="nobody")
LEASE: Final = Lease("lease-1", ALICE.key, "tickets-db", 4e9, Headers((("x-key", "k"),)))
APPROVED: Final = Approval("r1", "approved", "binding", 4e9, Impact(10, 100, "tickets"), ("bob",))
ANSWER: Final = Answer(200, (("content-type", "application/json"),), b'{"documents":["by Jane"]}')


class FakePart(SimpleNamespace):
    """One part of a gate, with the methods a test gives it. As policies it guards nothing unless told to."""

    rowed: tuple[Any, ...] = ()
    reserves = may_lock = False
    emergencies: tuple[Any, ...] = ()
    deputies: tuple[Any, ...] = ()
    proof = UNSIGNED  # of a board
    nonces = SimpleNamespace(drop=lambda _nonce: None)
    asking: Mapping[str, Any] = MappingProxyType({})
    automatic: Mapping[str, Any] = MappingProxyType({})
    on_call = staticmethod(lambda _name: ())  # of what is lent


class FakeShown:
    """Shows every path as one, and names without their @."""

    async def names(self, names: list[Any]) -> list[Any]:
        return ["/masked" if name.startswith("/") else name.replace("@", " at ") for name in names]

    async def text(self, _text: str) -> str:
        return "/masked"


#: What lies in `gate.masking`, and tests name as if it lay in the gate.
MASKING: Final = frozenset(
    {"masker", "workers", "keys", "shown", "former", "opener", "record_ids", "ingest", "inbound", "write_back"}
)


class FakeGate(SimpleNamespace):
    """Whatever parts a test needs, by the names that `Gate` gives them; a part that is not there is an error."""

    def __init__(self, **parts: Any) -> None:
        chroma = dialects.load("chroma")
        given = {
            "settings": SETTINGS,
            "registry": REGISTRY,
            "token_headers": frozenset[str](),
            "is_open": True,
            "bodies": Shares(SETTINGS.limits.bodies_at_once),
            "draining": False,
            "on_call": FakePart(people=lambda _name: ()),
            "held": {},
            "feed": Feed(None),
            "masker": FakePart(mask_tree=Calls(({"shown": "masked"}, {})), mask_text=Calls("/masked"), prepare=Calls()),
            "opener": FakePart(text=Calls()),
            "shown": FakeShown(),
            "chroma": chroma,
            "policies": FakePart(current=FakePart()),
            "versions": FakePart(check=Calls(), look=Calls()),
            "access": FakePart(live=FakePart(of=lambda _person: (), is_good=True, ended=lambda _person: [])),
            "guards": FakePart(
                barred=FakePart(
                    of=lambda _who: None,
                    at=lambda _upstream, _names: None,
                    watch=lambda _look: None,
                    unwatch=lambda _look: None,
                    ended=FakePart(matters=False),
                ),
                used=FakePart(of=Calls(()), note=lambda *_: None),
                oracles=FakePart(seen=lambda _profile, _dialect: FakePart(masks=False)),
            ),
            "telemetry": Telemetry(SETTINGS.telemetry, Readings, dict),
            **parts,
        }
        masking = FakePart(**{name: given.pop(name) for name in [*given] if name in MASKING})
        super().__init__(masking=masking, **given)

    def dialect(self, _upstream: Upstream) -> Dialect:
        return self.chroma

    def ask(self, _upstream: Upstream) -> Callable[[Call], Any]:
        async def ask(call: Call) -> Answer:
            raise AssertionError(f"nobody should be asked: {call.path}")

        return ask


class Calls:
    """A part's method that writes down what it is given, and gives or raises what it was told to."""

    @staticmethod
    async def echo(value: Any) -> Any:
        """Gives what it is given."""
        return value

    def __init__(self, *results: Any) -> None:
        self.given: list[tuple[Any, ...]] = []
        self._results = list(results)

    async def __call__(self, *values: Any, **named: Any) -> Any:
        self.given.append((*values, *named.values()))
        result = self._results.pop(0) if len(self._results) > 1 else (self._results or [None])[0]
        if isinstance(result, BaseException):
            raise result
        return result


def exchange(**over: Any) -> Exchange:
    """One that has passed every step up to the lease, allowed."""
    raw = Raw("POST", PATH, (("host", "tickets.test"),), b'{"where":{"a":"b"}}')
    found = Exchange("x1", 0.0, "10.0.0.9", "curl", raw)
    far = {
        "upstream": UPSTREAM,
        "token": Secret("alices-token"),
        "principal": ALICE,
        "asked": CALL,
        "call": CALL,
        "operation": OPERATION,
        "decision": ALLOW,
        "lease": LEASE,
        "profile": RECORD_PROFILE,
    }
    for name, value in {**far, **over}.items():
        setattr(found, name, value)
    return found


def flow(method: str = "POST", path: str = "/-", **headers: str) -> http.HTTPFlow:
    """A flow as the door leaves it: no path, no body."""
    request = tutils.treq(method=method.encode(), path=path.encode(), content=b"")
    request.headers = http.Headers(**{"host": "tickets.test", **headers})
    made = tflow.tflow(req=request)
    made.client_conn.tls = True
    return made
