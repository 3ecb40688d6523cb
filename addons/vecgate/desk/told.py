"""What was a desk told of login services and databases (desk.toml)? Who asks there, and where the gateway is.

gateway = "https://vecgate.example.com:8443"
ca = "/etc/vecgate/ca.pem"

[issuers.work]
issuer = "https://login.example.com/realms/staff"
client_id = "vecgate-cli"

[upstreams.tickets-db]
dialect = "chroma"
url = "https://vecgate.example.com:8443"
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from vecgate.desk import web
from vecgate.desk.places import DeskFailed, folder

FILE: Final = "desk.toml"
FLOWS: Final = ("device", "browser")
TOKENS: Final = ("access_token", "id_token")


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are at one login service, and what we ask for there.

    `token`: which of its tokens goes to the gateway. `resource` (RFC 8707) and `audience` (as some name it): for whom.
    """

    issuer: str
    client_id: str = "vecgate-cli"
    scope: str = "openid offline_access"
    resource: str = ""
    audience: str = ""
    flow: str = ""
    token: str = "access_token"  # noqa: S105 the name of one
    ca: str = ""
    port: int = 0


@dataclass(frozen=True, slots=True)
class Upstream:
    """A database, as clients reach it through the gateway."""

    dialect: str
    url: str


@dataclass(frozen=True, slots=True)
class Told:
    """All of the file. `default`: the login service that is meant where none is named."""

    gateway: str = ""
    ca: str = ""
    default: str = ""
    issuers: Mapping[str, Client] | None = None
    upstreams: Mapping[str, Upstream] | None = None


def told(path: Path | None = None) -> Told:
    """What the file says; nothing where there is none. Raises DeskFailed for what it cannot mean."""
    path = path or folder() / FILE
    try:
        tree = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Told()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise DeskFailed(f"{path}: {e.strerror if isinstance(e, OSError) else e}") from e
    issuers = {name: _made(path, f"issuers.{name}", Client, one) for name, one in _table(path, tree, "issuers")}
    upstreams = {name: _made(path, f"upstreams.{name}", Upstream, one) for name, one in _table(path, tree, "upstreams")}
    for name, one in issuers.items():
        checked(one, f"{path}: issuers.{name}")
    for name, database in upstreams.items():  # programs are given a token with it
        web.checked(database.url, f"{path}: upstreams.{name}.url", only_tls=True)
    return _made(path, "", Told, {**tree, "issuers": issuers, "upstreams": upstreams})


def checked(client: Client, where: str) -> Client:
    """It, where its words are such that there are. Raises DeskFailed."""
    if client.flow not in ("", *FLOWS):
        raise DeskFailed(f"{where}.flow is one of {', '.join(FLOWS)}")
    if client.token not in TOKENS:
        raise DeskFailed(f"{where}.token is one of {', '.join(TOKENS)}")
    if "openid" not in client.scope.split() and client.token == "id_token":  # noqa: S105 the name of one
        raise DeskFailed(f"{where}.scope: an ID token is only given to whoever asks for 'openid'")
    return client


def client(found: Told, issuer: str | None, **said: Any) -> tuple[str, Client]:
    """The login service that is meant, by its name or address, and its name; `said`: what goes before the file.

    Raises DeskFailed where it is not clear.
    """
    known = found.issuers or {}
    wanted = (
        issuer or os.environ.get("VECGATE_ISSUER") or found.default or (next(iter(known)) if len(known) == 1 else "")
    )
    if not wanted:
        names = f"; there are {', '.join(known)}" if known else ""
        raise DeskFailed(f"which login service? Give --issuer NAME or its address, or set VECGATE_ISSUER{names}")
    name = next((n for n, one in known.items() if wanted in (n, one.issuer)), "")
    if not name and "://" not in wanted:
        raise DeskFailed(f"there is no issuers.{wanted} in {folder() / FILE}; give the login service's address")
    given = known[name] if name else Client(wanted)
    given = replace(given, **{key: value for key, value in said.items() if value})
    return name or given.issuer, checked(given, "--issuer")


def _table(path: Path, tree: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
    found = tree.get(name, {})
    if not isinstance(found, dict):
        raise DeskFailed(f"{path}: {name} is a table of tables")
    return list(found.items())


def _made[T](path: Path, where: str, kind: type[T], tree: Any) -> T:
    """One of its kind; each member by name, and of its type. Raises DeskFailed."""
    if not isinstance(tree, dict):
        raise DeskFailed(f"{path}: {where} is a table")
    known = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    for name, value in tree.items():
        if name not in known:
            raise DeskFailed(f"{path}: {where or 'the file'} has no '{name}'; it has {', '.join(known)}")
        if known[name].type in (str, int) and type(value) is not known[name].type:
            raise DeskFailed(
                f"{path}: {f'{where}.' if where else ''}{name} is {'a text' if known[name].type is str else 'a number'}"
            )
    try:
        return kind(**tree)
    except TypeError as e:
        raise DeskFailed(f"{path}: {where}: {e}") from e
