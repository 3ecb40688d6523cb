"""Where is a login kept (keyring, file) between commands? In the desktop's keyring, or else in a private file."""

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from vecgate.desk import places
from vecgate.desk.answer import Login
from vecgate.desk.places import DeskFailed
from vecgate.desk.told import Client
from vecgate.domain.principal import Secret

KEYRING: Final = "VECGATE_KEYRING"
_SERVICE: Final = "vecgate"
_CURRENT: Final = "current"
_SECRETS: Final = ("token", "refresh", "id_token")


def _folder() -> Path:
    return places.folder() / "logins"


def _file(name: str) -> Path:
    """A file's name that no name of a login service can make into another place."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-")[:40]
    return _folder() / f"{plain}-{sha256(name.encode()).hexdigest()[:8]}.json"


def lock_file(name: str) -> Path:
    """What a process holds while it renews this login."""
    return _file(name).with_suffix(".lock")


def _keyring() -> Any:
    """The desktop's keyring, where its library is installed and finds one that is real; else None."""
    if os.environ.get(KEYRING, "").lower() in ("0", "no", "off"):
        return None
    try:
        import keyring
        from keyring.backends import fail, null
    except ImportError:
        return None
    found = keyring.get_keyring()
    return None if isinstance(found, fail.Keyring | null.Keyring) or found.priority < 1 else found


def _errors() -> tuple[type[Exception], ...]:
    """What a keyring raises: its library's own errors, those of the desktop's service, and of what these stand on."""
    found: list[type[Exception]] = [RuntimeError, OSError, ValueError, LookupError, AttributeError]
    for module, name in (
        ("keyring.errors", "KeyringError"),
        ("secretstorage.exceptions", "SecretStorageException"),
        ("jeepney", "DBusErrorResponse"),  # what that lets through: it may not, it has no room, it is about to go
    ):
        with suppress(ImportError, AttributeError):
            found.append(getattr(import_module(module), name))
    return tuple(found)


def keep(name: str, login: Login) -> str:
    """Put it away, as the one that is meant from now on; where it lies, in words. Raises DeskFailed."""
    secret = {key: value.reveal() for key in _SECRETS if (value := getattr(login, key)) is not None}
    tree: dict[str, Any] = {
        "name": name, "client": asdict(login.client), "ends": login.ends, "life": login.life, "user": login.user,
        "subject": login.subject,
    }  # fmt: skip
    ring = _keyring()
    if ring is not None and _put(ring, name, json.dumps(secret)):
        tree["keyring"] = True
    else:
        tree |= secret
    places.write(_file(name), json.dumps(tree))
    return "in your keyring" if "keyring" in tree else f"in {_file(name)}, for you alone"


def choose(name: str) -> None:
    """From now on it is meant where none is named."""
    places.write(_folder() / _CURRENT, name)


def _put(ring: Any, name: str, text: str) -> bool:
    """Whether the keyring took it: it may be locked, or have no room for long ones."""
    try:
        ring.set_password(_SERVICE, name, text)
        return bool(ring.get_password(_SERVICE, name) == text)
    except _errors():
        return False


def current() -> str:
    """The login that is meant where none is named: VECGATE_LOGIN, or the latest; empty where there is none."""
    return os.environ.get("VECGATE_LOGIN") or (places.read(_folder() / _CURRENT) or "").strip()


def load(name: str, *, seen: bool = False) -> Login | None:
    """It; None where there is none. Raises DeskFailed where others may have seen it, or it cannot be read.

    `seen`: it is to be ended, so that others may have seen it does not matter; that they may have written it does.
    """
    text = places.read(_file(name), seen=seen)
    if text is None:
        return None
    try:
        tree = json.loads(text)
        if tree.get("keyring"):
            tree |= _taken(name)
        secrets = {key: Secret(tree[key]) for key in _SECRETS if key in tree}
        ends, life = float(tree["ends"]), float(tree.get("life", 0))
        return Login(
            Client(**tree["client"]), ends=ends, life=life, user=tree["user"], subject=tree["subject"], **secrets
        )
    except (ValueError, TypeError, KeyError, AttributeError) as e:
        raise DeskFailed(f"{_file(name)} holds no login; begin anew with 'vecgate login'") from e


def _taken(name: str) -> Mapping[str, Any]:
    ring = _keyring()
    try:
        text = ring.get_password(_SERVICE, name) if ring is not None else None
    except _errors() as e:
        raise DeskFailed("your keyring does not give the login: it may be locked") from e
    if text is None:
        raise DeskFailed(
            "the login lies in a keyring that is not there now; unlock it, or begin anew with 'vecgate login'"
        )
    found: Mapping[str, Any] = json.loads(text)
    return found


def forget(name: str) -> None:
    """Take it away, wherever it lies; that it is not there is no failure. Raises DeskFailed."""
    ring = _keyring()
    if ring is not None:
        try:
            if ring.get_password(_SERVICE, name) is not None:
                ring.delete_password(_SERVICE, name)
        except _errors() as e:
            if _lies_in_keyring(name):  # one that lies in the file goes, whatever the keyring says
                raise DeskFailed("your keyring does not let the login go: it may be locked") from e
    try:
        places.forget(_file(name))
        if (_folder() / _CURRENT).exists() and current() == name:
            (_folder() / _CURRENT).unlink(missing_ok=True)
    except OSError as e:
        raise DeskFailed(f"{_file(name)}: {e.strerror}") from e


def _lies_in_keyring(name: str) -> bool:
    """Whether its file says so, or says nothing."""
    try:
        return bool(json.loads(places.glimpse(_file(name))).get("keyring"))
    except (OSError, ValueError, AttributeError):
        return True


def names() -> list[str]:
    """The logins there are."""
    found = []
    for file in sorted(_folder().glob("*.json")) if _folder().is_dir() else ():
        try:
            found.append(str(json.loads(places.glimpse(file))["name"]))  # a name alone: others may have seen it
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found
