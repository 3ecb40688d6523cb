"""How is a database's admin API asked? JSON over TLS, on the gateway's own secret, by the way that all calls leave."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from vecgate.domain.call import Answer, Call
from vecgate.domain.lease import Headers, Lease
from vecgate.domain.upstream import Upstream
from vecgate.egress.wire import Wire
from vecgate.refusals.errors import AnswerTooLarge, OutcomeUnknown, Part, Unavailable

_CONNECTIONS: Final = 4
#: A list of all keys of a database with some ten thousand of them.
_ANSWER_BYTES: Final = 16 << 20
_LIFE: Final = 300.0


class AdminApi:
    """One admin API. A key of its own for each of the gateway's identities there. Clock: seconds since the epoch."""

    def __init__(
        self, url: str, server_name: str | None, ca: Path | None, timeout: float, now: Callable[[], float]
    ) -> None:
        self._to = Upstream("admin API", "", frozenset(), frozenset(), url, server_name, ca, timeout)
        self._wire = Wire(connections=_CONNECTIONS, answer_body=_ANSWER_BYTES, now=now)
        self._now = now

    async def ask(
        self, method: str, path: str, keys: Headers, tree: Any = None, *, more: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """The status, and what its JSON holds (None for none). Never asked twice. Raises Unavailable."""
        body = b"" if tree is None else json.dumps(tree, separators=(",", ":")).encode()
        headers = tuple({"accept": "application/json", **(more or {})}.items())
        headers += (("content-type", "application/json"),) if body else ()
        plain, _, query = path.partition("?")
        pairs = tuple((name, value) for name, _, value in (one.partition("=") for one in query.split("&") if one))
        call = Call(method, plain, pairs, headers, body)
        lease = Lease(f"admin-{hash(keys.pairs):x}", "", self._to.name, self._now() + _LIFE, keys)
        try:
            answer = await self._wire.send(self._wire.ticket(call, self._to, lease), call)
        except Unavailable:
            raise Unavailable(Part.VAULT, "the database's admin API cannot be reached") from None
        except (OutcomeUnknown, AnswerTooLarge) as e:
            raise Unavailable(Part.VAULT, f"the database's admin API failed ({e})") from None
        return answer.status, _read(answer)

    async def close(self) -> None:
        await self._wire.close()


def segment(name: str) -> str:
    """A name as a segment of a path."""
    return quote(name, safe="")


def _read(answer: Answer) -> Any:
    try:
        return json.loads(answer.body) if answer.body else None
    except ValueError:
        return None  # whoever expects something misses it
