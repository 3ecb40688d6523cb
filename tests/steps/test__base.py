"""A surprise in any hook is a refusal; after a no nothing more is asked."""

import asyncio
import logging
from dataclasses import replace
from typing import Any

import orjson
import pytest
from mitmproxy import http

from support.fakes.gates import ANSWER, APPROVED, OPERATION, SETTINGS, FakeGate, exchange, flow
from vecgate.background import Tasks
from vecgate.domain.exchange import Exchange
from vecgate.refusals.catalogue import CATALOGUE, Refusal, refuse
from vecgate.refusals.errors import (
    AnswerTooLarge,
    CallRefused,
    MaskFailed,
    NameRefused,
    NotVouched,
    OutcomeUnknown,
    Part,
    TokenInvalid,
    Unavailable,
    VaultDenied,
    VecgateError,
    WireRefused,
    unanswered,
)
from vecgate.steps._base import AT_WORK, EXCHANGES, Step, is_idle, response, show

SECRET = "jane@example.com"


class FakeStep(Step):
    """Does in every hook what it was told to, and notes which hooks ran."""

    name = "fake"

    def __init__(self, gate: Any = None, does: Exception | Refusal | None = None, only: str = "") -> None:
        super().__init__(gate or FakeGate())
        self.does, self.only = does, only
        self.ran: list[str] = []

    def _do(self, hook: str) -> Refusal | None:
        self.ran.append(hook)
        if self.only not in ("", hook):
            return None
        if isinstance(self.does, Exception):
            raise self.does
        return self.does

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        return self._do("request")

    async def on_answer(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        return self._do("answer")

    async def on_end(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        return self._do("end")


def under_way(**over: Any) -> tuple[Exchange, http.HTTPFlow]:
    found, shown = exchange(**over), flow()
    EXCHANGES[shown] = found
    return found, shown


def body_of(shown: http.HTTPFlow) -> dict[str, Any]:
    assert shown.response is not None
    tree: dict[str, Any] = orjson.loads(shown.response.content or b"")
    return tree


async def test_a_flow_that_is_not_ours_is_left_alone() -> None:
    step, shown = FakeStep(does=RuntimeError()), flow()
    for hook in (step.request, step.response, step.error):
        await hook(shown)
    assert step.ran == []
    assert shown.response is None


async def test_a_step_that_has_nothing_to_do_takes_no_time() -> None:
    found, shown = under_way(answer=ANSWER, sent=True)
    for hook in (Step(FakeGate()).request, Step(FakeGate()).response, Step(FakeGate()).error):
        await hook(shown)
    assert (found.timings, found.steps) == ({}, [])


class Sends(FakeStep):
    """Notes how many requests are at work while it is."""

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        self.ran.append(str(AT_WORK.count))
        await asyncio.sleep(60)
        return None


async def test_a_request_is_at_work_until_its_steps_are_done_whether_its_client_is_there_or_not() -> None:
    step, before = Sends(), AT_WORK.count
    found, shown = under_way()
    task = Tasks().start(step.request(shown), "a request")
    await asyncio.sleep(0)
    assert (step.ran, AT_WORK.count) == ([str(before + 1)], before + 1)
    await step.error(shown)  # its client leaves
    assert AT_WORK.count == before + 1
    task.cancel()
    await asyncio.wait({task})
    assert AT_WORK.count == before
    assert found.refusal is None


async def test_an_exchange_knows_when_each_step_ran() -> None:
    found, shown = under_way()
    step = FakeStep()
    await step.request(shown)
    found.answer, found.sent = ANSWER, True
    await step.response(shown)
    assert [name for name, _, _ in found.steps] == ["fake", "fake", "fake"]
    moments = [moment for _, *both in found.steps for moment in both]
    assert moments == sorted(moments)
    spent = sum(end - began for _, began, end in found.steps) * 1000
    assert found.timings["fake"] == pytest.approx(spent)


async def test_a_log_line_about_an_exchange_carries_its_id(caplog: pytest.LogCaptureFixture) -> None:
    for failure in (RuntimeError(), Unavailable(Part.VAULT)):
        found, shown = under_way()
        await FakeStep(does=failure).request(shown)
        assert caplog.records[-1].__dict__["exchange"] == found.id


async def test_a_step_that_says_nothing_changes_nothing() -> None:
    step = FakeStep()
    found, shown = under_way()
    await step.request(shown)
    assert shown.response is None
    assert found.refusal is None
    assert found.timings.keys() == {"fake"}


@pytest.mark.parametrize(
    ("hook", "only", "over"),
    [
        ("request", "request", {}),
        ("response", "answer", {"answer": ANSWER, "sent": True}),
        ("response", "end", {}),
        ("error", "end", {}),
    ],
)
async def test_an_exception_in_any_hook_is_a_refusal_without_its_text(
    hook: str, only: str, over: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    found, shown = under_way(**over)
    with caplog.at_level(logging.DEBUG):
        await getattr(FakeStep(does=RuntimeError(SECRET), only=only), hook)(shown)
    assert found.refusal is not None
    assert found.refusal.code == body_of(shown)["code"] == "gate.failed"
    assert shown.response is not None
    assert shown.response.status_code == 500
    assert SECRET not in str(body_of(shown)) + caplog.text
    assert "RuntimeError" in caplog.text
    assert "test__base.py" in caplog.text, "where it failed is said"


@pytest.mark.parametrize(
    ("over", "ran"),
    [
        ({"refusal": refuse("route.unknown"), "answer": ANSWER}, ["end"]),
        ({}, ["request", "end"]),
        (
            {"answer": ANSWER, "sent": True},
            ["answer", "end"],
        ),  # it is answered: no step does anything with the request any more
        ({"answer": ANSWER, "sent": False}, ["end"]),  # by the gateway itself
    ],
)
async def test_after_a_no_or_an_answer_only_what_follows_is_left(over: dict[str, Any], ran: list[str]) -> None:
    step = FakeStep()
    _, shown = under_way(**over)
    await step.request(shown)
    await step.response(shown)
    assert step.ran == ran


async def test_a_refused_answer_is_replaced_and_the_end_still_comes() -> None:
    step = FakeStep(does=refuse("answer.unreadable"), only="answer")
    found, shown = under_way(answer=ANSWER, sent=True)
    await step.response(shown)
    assert step.ran == ["answer", "end"]
    assert body_of(shown)["code"] == "answer.unreadable"
    assert found.refusal is not None


async def test_a_client_that_left_has_an_end_too() -> None:
    step = FakeStep()
    _, shown = under_way(answer=ANSWER, sent=True)
    await step.error(shown)
    assert step.ran == ["end"]


KNOWN: list[tuple[Exception, str]] = [
    (CallRefused(refuse("path.odd", detail="x")), "path.odd"),
    (TokenInvalid("identity.expired", "the token has expired"), "identity.expired"),
    (Unavailable(Part.ISSUER_KEYS), "identity.unavailable"),
    (Unavailable(Part.POLICY), "policy.unavailable"),
    (Unavailable(Part.STATE), "state.unavailable"),
    (Unavailable(Part.VAULT), "lease.unavailable"),
    (Unavailable(Part.MASKER), "mask.unavailable"),
    (Unavailable(Part.JOURNAL), "record.unavailable"),
    (Unavailable(Part.UPSTREAM), "upstream.unreachable"),
    (unanswered(503), "upstream.unreachable"),
    (unanswered(401), "upstream.login"),
    (unanswered(403), "upstream.login"),
    (VaultDenied(SECRET), "lease.denied"),
    (NotVouched(SECRET), "lease.not_vouched"),
    (NameRefused(SECRET, "", "sam"), "lease.user_name"),
    (WireRefused(SECRET), "wire.refused"),
    (OutcomeUnknown(SECRET), "upstream.outcome_unknown"),
    (AnswerTooLarge(SECRET), "answer.too_large"),
    (MaskFailed(SECRET), "answer.unreadable"),
    # what nobody listed
    (Unavailable(Part.VIEWER), "gate.failed"),
    (VecgateError(SECRET), "gate.failed"),
    (KeyError(SECRET), "gate.failed"),
    (TimeoutError(SECRET), "gate.failed"),
]


@pytest.mark.parametrize(("error", "code"), KNOWN, ids=[f"{e!r}->{code}"[:60] for e, code in KNOWN])
async def test_what_failed_says_which_no_it_is(error: Exception, code: str, caplog: pytest.LogCaptureFixture) -> None:
    found, shown = under_way()
    await FakeStep(does=error).request(shown)
    assert found.refusal is not None
    assert found.refusal.code == code
    assert found.refusal.status == CATALOGUE[code].status
    assert SECRET not in str(body_of(shown)) + caplog.text


@pytest.mark.parametrize(
    ("error", "sent", "kind", "said"),
    [
        # before it was sent, whatever it is
        (Unavailable(Part.MASKER), False, "upsert", "Nothing was sent."),
        (MaskFailed("x"), False, "search", "Nothing was sent."),
        (KeyError("x"), False, "upsert", "Nothing was sent."),
        # a read harms nobody
        (Unavailable(Part.MASKER), True, "search", "only reads, so nothing was changed"),
        (OutcomeUnknown("x"), True, "read_ids", "only reads, so nothing was changed"),
        # what may have been executed
        (Unavailable(Part.MASKER), True, "upsert", "may have been executed"),
        (Unavailable(Part.JOURNAL), True, "delete_filter", "may have been executed"),
        (OutcomeUnknown("x"), True, "upsert", "may have been executed"),
        (KeyError("x"), True, "collection_drop", "may have been executed"),
        # the wire's own no, and a database that is not there
        (WireRefused("x"), True, "upsert", "Nothing was sent."),
        (Unavailable(Part.UPSTREAM), True, "upsert", "nothing was executed"),
    ],
)
async def test_a_refusal_says_what_became_of_the_request(error: Exception, sent: bool, kind: str, said: str) -> None:
    found, shown = under_way(sent=sent, operation=replace(OPERATION, kind=kind))
    await FakeStep(does=error).request(shown)
    text = str(found.refusal)
    assert said in text
    assert ("may have been executed" in text) is (said == "may have been executed")


@pytest.mark.parametrize(("state", "told"), [("approved", False), ("spent", True), ("used", False)])
async def test_whoever_lost_a_yes_is_told_that_it_takes_a_new_one(state: str, told: bool) -> None:
    found, shown = under_way(approval=replace(APPROVED, state=state))
    await FakeStep(does=Unavailable("upstream")).request(shown)
    assert ("The yes to request r1 is spent: it takes a new one." in str(found.refusal)) is told


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (VaultDenied("400 on x", "common name * not allowed by this role"), "common name * not allowed by this role"),
        (NotVouched("400 on x", "invalid issuer (iss) claim"), "invalid issuer (iss) claim"),
        (Unavailable(Part.MASKING_KEY, "refused: no such version"), "masking key: refused: no such version"),
    ],
)
async def test_the_log_has_the_stores_own_sentence_and_the_code_apart(
    error: Exception, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    found, shown = under_way()
    await FakeStep(does=error).request(shown)
    (record,) = caplog.records
    assert record.getMessage().endswith(f": {why}")
    assert found.refusal is not None
    assert record.code == found.refusal.code  # type: ignore[attr-defined]
    assert why not in str(body_of(shown))


async def test_a_name_that_is_refused_is_told_to_its_owner() -> None:
    found, shown = under_way()
    await FakeStep(does=NameRefused("400 on x", "common name ...", "x" * 100)).request(shown)
    assert (found.refusal and found.refusal.code) == "lease.user_name"
    assert f"{'x' * 48}..." in str(found.refusal)


async def test_a_bound_is_named_with_its_number() -> None:
    found, shown = under_way()
    await FakeStep(does=AnswerTooLarge("over")).request(shown)
    assert str(SETTINGS.limits.answer_body) in str(found.refusal)


def test_a_refusal_has_the_databases_own_shape_once_it_is_known() -> None:
    shown = flow()
    show(shown, FakeGate(), exchange(), refuse("route.unknown"))
    assert body_of(shown)["error"] != "VecgateRefusal"
    show(shown, None, None, refuse("route.unknown"))
    assert body_of(shown)["error"] == "VecgateRefusal"


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (200, b"{}", {"content-type": "application/json"}),
        (204, b"", {}),
        (503, b"x", {"retry-after": "7"}),
        (299, b"", {}),
    ],
)
def test_an_answer_is_the_one_that_mitmproxy_would_make(status: int, body: bytes, headers: dict[str, str]) -> None:
    made, expected = response(status, body, headers.items()), http.Response.make(status, body, headers)
    assert (made.status_code, made.reason, made.http_version) == (status, expected.reason, expected.http_version)
    assert (made.content, made.raw_content, made.headers) == (body, body, expected.headers)
    assert (made.timestamp_start, made.timestamp_end) != (None, None)


class Asks(Step):
    """Does something with requests only."""

    name = "asks"

    async def on_request(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        return None


class Ends(Step):
    """Does something at the end."""

    name = "ends"

    async def on_end(self, exchange: Exchange, flow: http.HTTPFlow) -> Refusal | None:
        return None


class Own(Step):
    """Has a hook of its own."""

    name = "own"

    async def response(self, flow: http.HTTPFlow) -> None:
        return None

    def client_connected(self, _client: object) -> None:
        return None


IDLE = [
    (Step, "request", True),
    (Step, "response", True),
    (Step, "error", True),
    (Asks, "request", False),
    (Asks, "response", True),
    (Asks, "error", True),
    (Ends, "request", True),
    (Ends, "response", False),
    (Ends, "error", False),
    (Own, "response", False),
    (Own, "error", True),
    (Own, "client_connected", False),
]


@pytest.mark.parametrize(("kind", "hook", "idle"), IDLE)
def test_a_hook_is_idle_when_nothing_it_would_call_was_written(kind: type[Step], hook: str, idle: bool) -> None:
    assert is_idle(getattr(kind(FakeGate()), hook)) is idle


def test_the_hook_of_another_addon_is_never_idle() -> None:
    assert not is_idle(lambda flow: None)
    assert not is_idle([].append)
