"""Which token is good now (refresh, RFC 6749 section 6)? The kept one, or a new one, for which one process asks.

A refresh token is good once. Who asks holds a lock from reading it to having put away the next; the others wait, and
find that.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from vecgate.desk import answer, kept, places, web
from vecgate.desk.answer import Login, NotNow
from vecgate.desk.device import for_whom
from vecgate.desk.places import DeskFailed
from vecgate.desk.service import Service, found

#: So long a token must still be good; else it is renewed. Of one that lives a minute or two: for half of its life.
LEAST: Final = 60.0
_PART: Final = 0.5


class NoLogin(DeskFailed):
    """There is none, or no more."""


def name_of(name: str | None, otherwise: str = "") -> str:
    """The login that is meant. Raises NoLogin where there is none: its text tells what to do, `otherwise` included."""
    chosen = name or kept.current()
    if not chosen and (others := kept.names()):  # the one that was meant has been logged out
        raise NoLogin(f"which login? You are logged in at {', '.join(others)}; name it with VECGATE_LOGIN or --issuer")
    if not chosen:
        raise NoLogin(f"who are you? Log in with 'vecgate login'{otherwise}")
    return chosen


def fresh(name: str | None = None, least: float | None = None, now: Callable[[], float] = time.time) -> Login:
    """The login with a token that is good for a while (`least`, in seconds). Raises DeskFailed."""
    chosen = name_of(name)
    held = _held(chosen)
    if _good(held, least, now()):
        return held
    with locked(kept.lock_file(chosen)):
        held = _held(chosen)  # as whoever was before us left it
        if _good(held, least, now()):
            return held
        if held.refresh is None:
            gave_none = f"{held.client.issuer} gave no refresh token (scope: offline_access), or took it back"
            return _rest(held, now(), gave_none)
        try:
            renewed = _renewed(found(held.client.issuer, held.client.ca), held, chosen)
        except web.Away as e:
            return _rest(held, now(), str(e))
        except NotNow as e:
            if e.code != "invalid_grant":
                raise
            kept.keep(chosen, replace(held, refresh=None, id_token=None))
            return _rest(held, now(), f"{held.client.issuer} renews it no more")
        kept.keep(chosen, renewed)
        return renewed


def _held(name: str) -> Login:
    held = kept.load(name)
    if held is None:
        raise NoLogin(f"nobody is logged in at {name}; 'vecgate login' does that")
    return held


def _good(login: Login, least: float | None, at: float) -> bool:
    if least is None:
        least = min(LEAST, login.life * _PART) if login.life else LEAST
    return login.ends - at > least


def _rest(login: Login, at: float, why: str) -> Login:
    """It, for what is left of it. Raises NoLogin where nothing is."""
    if login.ends > at:
        return login
    raise NoLogin(f"your login has ended, and {why}; log in anew with 'vecgate login'")


def _renewed(service: Service, held: Login, name: str) -> Login:
    if held.refresh is None:
        raise NoLogin("your login cannot be renewed")
    form = {"grant_type": "refresh_token", "refresh_token": held.refresh.reveal(), **for_whom(held.client)}
    given = answer.ask(service, held.client, form)
    # Put away before it is looked at: what was sent is used up, and whose keys prove what came may be away.
    if (next_ := answer.refresh(given)) is not None:
        kept.keep(name, replace(held, refresh=next_))
    return answer.login(service, held.client, given, before=held)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time. The file stays, or two could hold two of one name. Raises DeskFailed."""
    places.private_folder(path.parent)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as e:
        raise DeskFailed(f"{path}: {e.strerror}") from e
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def ended(name: str) -> list[str]:
    """Log out: what the login service was told. The kept login is gone, whatever it says. Raises DeskFailed."""
    if name not in kept.names():
        raise NoLogin(f"nobody is logged in at {name}")
    with locked(kept.lock_file(name)):
        try:
            held = kept.load(name, seen=True)
        except DeskFailed as e:
            kept.forget(name)
            return [f"what was given lives on until it ends by itself: {e}"]
        kept.forget(name)
    return _revoked(held) if held else []


def _revoked(held: Login) -> list[str]:
    """RFC 7009, of the refresh token first: with it the others end at most login services."""
    try:
        service = found(held.client.issuer, held.client.ca)
    except DeskFailed as e:
        return [f"{held.client.issuer} could not be told: {e}"]
    if not service.revocation_endpoint:
        return [f"{service.issuer} has no way to end tokens: what was given lives on until it ends by itself"]
    told = []
    for kind, secret in (("refresh_token", held.refresh), ("access_token", held.token)):
        if secret is None or (kind == "access_token" and held.client.token != "access_token"):  # noqa: S105
            continue
        form = {"token": secret.reveal(), "token_type_hint": kind, "client_id": held.client.client_id}
        try:
            status, _ = web.ask(service.revocation_endpoint, form, ca=held.client.ca)
            lives = f"not ended (status {status}) at {service.issuer}; it lives until it ends by itself"
            told.append(f"{kind}: {f'ended at {service.issuer}' if status == 200 else lives}")
        except DeskFailed as e:
            told.append(f"{kind}: not ended, {e}")
    return told
