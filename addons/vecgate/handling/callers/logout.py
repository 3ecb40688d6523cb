"""A login service says that a login has ended: what ends with it here? All that is under way, on all workers.

    POST /.vecgate/v1/logout     application/x-www-form-urlencoded: logout_token=JWT     200, or 400

Nobody logs in for it: the token is signed by the login service itself (identity/logout.py). Calls under way are cut and
credentials given back as with a lock (handling/locked.py); the person logs in anew, and goes on.
"""

from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl

from vecgate.domain.call import Answer, Json
from vecgate.domain.exchange import Exchange
from vecgate.domain.principal import Secret
from vecgate.gate import Gate
from vecgate.handling.recording import session_of
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import TokenInvalid

PATH: Final = "/.vecgate/v1/logout"
_FORM: Final = "application/x-www-form-urlencoded"
_MOST: Final = 64 * 1024


async def logged_out(gate: Gate, exchange: Exchange) -> Refusal | None:
    """End what its token names. Raises Unavailable: then nothing is ended, and the login service may try again."""
    raw = exchange.raw
    exchange.raw = replace(raw, body=b"")  # whatever comes of it, the token is in no record
    try:
        token = _token(raw.headers, raw.body)
        mark, ends = await gate.verifier.logout(Secret(token))
    except TokenInvalid as e:
        return refuse("identity.logout_token", detail=str(e))
    exchange.session = session = await session_of(gate, exchange)
    told: list[Json] = [{"issuer": one.issuer, one.which: one.name} for one in ends]
    await gate.recorder.write(session, "login.ended", exchange.id, {"ended": told})
    if not await gate.guards.barred.end(mark, ends):
        return refuse("identity.logout_token", detail="it was sent before")
    exchange.answer = Answer(200, (("content-type", "application/json"),), b"{}")
    exchange.masked, exchange.masked_tree, exchange.recorded = b"{}", {}, {}
    return None


def _token(headers: tuple[tuple[str, str], ...], body: bytes) -> str:
    kind = next((value for name, value in headers if name == "content-type"), "")
    if kind.partition(";")[0].strip().lower() != _FORM or len(body) > _MOST:
        raise TokenInvalid("identity.logout_token", f"it comes as {_FORM}, in a field 'logout_token'")
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=20)
    except ValueError:
        raise TokenInvalid("identity.logout_token", "the form cannot be read") from None
    found = [value for name, value in fields if name == "logout_token"]
    if len(found) != 1:
        raise TokenInvalid("identity.logout_token", "there must be one 'logout_token'")
    return found[0]
