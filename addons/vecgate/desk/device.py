"""How does one log in where there is no browser (device flow, RFC 8628)? A code here, a browser anywhere else."""

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from vecgate.desk import answer, web
from vecgate.desk.answer import Login, NotNow, printable
from vecgate.desk.places import DeskFailed
from vecgate.desk.service import Service
from vecgate.desk.told import Client

_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
_INTERVAL: Final = 5.0
#: By which all further questions come later, once the login service says that they come too often.
_SLOWER: Final = 5.0
_LIFE: Final = 600.0
_MOST_FAILURES: Final = 5
_LATE: Final = "nobody said yes in time: the code is worth nothing any more. Begin anew with 'vecgate login'"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person needs to say yes elsewhere. `complete`: the address with the code in it, where there is one."""

    address: str
    code: str
    complete: str
    seconds: float


def login(
    service: Service,
    client: Client,
    show: Callable[[Shown], None],
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Login:
    """The login, once a person has agreed elsewhere. Raises DeskFailed."""
    if not service.device_authorization_endpoint:
        raise DeskFailed(f"{service.issuer} has no device flow; take --browser")
    form = {"client_id": client.client_id, "scope": client.scope, **for_whom(client)}
    if service.shows_host:  # others are not told
        form["host"] = platform.node()[:64]
    status, tree = web.ask(service.device_authorization_endpoint, form, ca=client.ca)
    begun = answer.understood(service, status, tree)
    device, shown = begun.get("device_code"), _shown(service, begun)
    if not isinstance(device, str) or not device:
        raise DeskFailed(f"{service.issuer} gave no device code")
    show(shown)
    pause, ends = _number(begun.get("interval"), _INTERVAL), now() + shown.seconds
    return answer.login(service, client, _agreed(service, client, device, pause, ends, now, sleep))


def for_whom(client: Client) -> dict[str, str]:
    """What says for whom a token is, where anything was told."""
    return {name: value for name in ("resource", "audience") if (value := getattr(client, name))}


def _agreed(
    service: Service,
    client: Client,
    device: str,
    pause: float,
    ends: float,
    now: Callable[[], float],
    sleep: Callable[[float], None],
) -> dict[str, Any]:
    """What is given once a person has agreed. Asked for no oftener than the login service wants. Raises DeskFailed."""
    failures = 0
    while now() + pause < ends:
        sleep(pause)
        try:
            return answer.ask(service, client, {"grant_type": _GRANT, "device_code": device, **for_whom(client)})
        except NotNow as e:
            pause += _more(service, e)
        except web.Away:
            failures += 1
            if failures >= _MOST_FAILURES:
                raise
            pause *= 2  # RFC 8628 section 3.5: exponential backoff
    raise DeskFailed(_LATE)


def _more(service: Service, no: NotNow) -> float:
    """By how much later the next question comes. Raises DeskFailed where there is none."""
    if no.code == "access_denied":
        raise DeskFailed(f"you, or whoever was asked at {service.issuer}, said no: nobody is logged in") from no
    if no.code == "expired_token":
        raise DeskFailed(_LATE) from no
    if no.code not in ("authorization_pending", "slow_down"):
        raise no
    return _SLOWER if no.code == "slow_down" else 0.0


def _shown(service: Service, begun: dict[str, Any]) -> Shown:
    """Addresses and a code of others, on their way to a terminal. Raises DeskFailed."""
    address = web.checked(begun.get("verification_uri"), f"verification_uri of {service.issuer}")
    code = begun.get("user_code")
    if not isinstance(code, str) or not code or not code.isprintable() or len(code) > 64:
        raise DeskFailed(f"{service.issuer} gave no code to type")
    complete = begun.get("verification_uri_complete")
    whole = web.checked(complete, f"verification_uri_complete of {service.issuer}") if complete else ""
    return Shown(printable(address), code, printable(whole), _number(begun.get("expires_in"), _LIFE))


def _number(said: Any, otherwise: float) -> float:
    fits = isinstance(said, int | float) and not isinstance(said, bool) and 0 < said <= 3600
    return float(said) if fits else otherwise
