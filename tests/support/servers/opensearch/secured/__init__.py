"""A real OpenSearch 2.19.1 with its security plugin, from published Maven artifacts (99 MB): TLS, users, tokens of an issuer, roles."""

import base64
import http.client
import json
import os
import secrets
import ssl
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from demo import certs
from support.lucene import java
from support.tools.askers import until

VERSION: Final = "2.19.1"
#: Its administrator, who has every right; the hash is the plugin's own (`org.opensearch.security.tools.Hasher`).
KEEPER: Final = ("keeper", "keeper-of-a-test")
_HASH: Final = "$2y$12$/0qab5MFHFem0mU09tC8juo6ltt.UdEhz1y21TUmETNXBarmhN7a."
_HERE: Final = Path(__file__).parent
_PLUGIN: Final = "+org.opensearch.security.OpenSearchSecurityPlugin"
#: Its sink of audit events writes each as a line, which says this before it.
_AUDIT: Final = " audited - "
_SINK: Final = {"logger_name": "audited", "level": "ERROR"}  # what is less is not printed


def _unzipped(home: Path) -> None:
    """The plugins' own jars, and the defaults of the security plugin's settings."""
    for packed in (home / "lib").glob("*.zip"):
        with zipfile.ZipFile(packed) as inside:
            names = inside.namelist()
            inside.extractall(home / "plugins", [name for name in names if name.endswith((".jar", ".yml"))])


MADE: Final = java.Made("OpenSearch-secured", VERSION, _HERE, "OsNode", _unzipped, _HERE.parent)


def missing() -> str:
    """Why it cannot run here; empty: it can."""
    return java.missing(MADE)


@dataclass(frozen=True)
class Trust:
    """Whose tokens it takes (`discovery`: the URL of the issuer's metadata), for whom, and where name and roles stand in them."""

    discovery: str
    issuer: str
    audience: str
    name: str
    roles: str


@dataclass(frozen=True)
class Told:
    """What it answered."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def tree(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Secured:
    """It: where, what its certificate is trusted by, and what it has said on its console."""

    url: str
    ca: Path
    log: Path

    def ask(self, method: str, path: str, body: Any = None, *keys: str) -> Told:
        """A call with these values of `Authorization`; with none, the administrator's."""
        raw = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return _asked(self.url, self.ca, method, path, raw, keys or (basic(*KEEPER),))

    def audited(self) -> list[dict[str, Any]]:
        """Its own audit events, of all that was asked before this moment."""
        last = f"/audited-until-{secrets.token_hex(8)}"
        self.ask("GET", last)
        found: list[dict[str, Any]] = []

        def written() -> bool:
            lines = self.log.read_text("utf-8").splitlines()
            found[:] = [json.loads(line.partition(_AUDIT)[2]) for line in lines if _AUDIT in line]
            return any(one.get("audit_rest_request_path") == last for one in found)

        until(written, "the audit event of a call")
        return found


def basic(name: str, password: str) -> str:
    """That login, as it is sent."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def _asked(url: str, ca: Path, method: str, path: str, body: bytes | None, keys: tuple[str, ...]) -> Told:
    host = url.rpartition("/")[2]
    line = http.client.HTTPSConnection(host, context=ssl.create_default_context(cafile=str(ca)), timeout=60)
    try:
        line.putrequest(method, path)
        for key in keys:
            line.putheader("Authorization", key)
        if body is not None:
            line.putheader("Content-Type", "application/json")
            line.putheader("Content-Length", str(len(body)))
        line.endheaders(body)
        reply = line.getresponse()
        return Told(reply.status, reply.read().decode(), {name.lower(): value for name, value in reply.getheaders()})
    finally:
        line.close()


def _settings(trust: Trust, roles: Mapping[str, Any]) -> dict[str, Any]:
    """The files of the security plugin. A role is given to whoever's token names it."""
    token = {
        "openid_connect_url": trust.discovery,
        "required_issuer": trust.issuer,
        "required_audience": trust.audience,
        "subject_key": trust.name,
        "roles_key": trust.roles,
        "jwt_clock_skew_tolerance_seconds": 0,
    }

    def domain(order: int, kind: str, backend: str, *, challenge: bool, config: Mapping[str, Any]) -> dict[str, Any]:
        asks = {"type": kind, "challenge": challenge, "config": config}
        return {
            "http_enabled": True,
            "order": order,
            "http_authenticator": asks,
            "authentication_backend": {"type": backend},
        }

    authc = {
        "token": domain(0, "openid", "noop", challenge=False, config=token),
        "basic": domain(1, "basic", "intern", challenge=True, config={}),
    }
    mapped = {name: {"backend_roles": [name]} for name in roles}
    everything = {
        "enable_rest": True,
        "disabled_rest_categories": [],
        "enable_transport": False,
        "log_request_body": False,
    }
    everything["exclude_sensitive_headers"] = False  # which keys came is what is asked of it
    return {
        "config": {"config": {"dynamic": {"http": {"anonymous_auth_enabled": False}, "authc": authc}}},
        "internal_users": {KEEPER[0]: {"hash": _HASH, "reserved": True, "backend_roles": ["admin"]}},
        "roles": dict(roles),
        "roles_mapping": {**mapped, "all_access": {"reserved": True, "backend_roles": ["admin"]}},
        "audit": {"config": {"enabled": True, "audit": everything, "compliance": {"enabled": False}}},
    }


_TYPES: Final = {"internal_users": "internalusers", "roles_mapping": "rolesmapping"}


def _laid_out(home: Path, node: Path, trust: Trust, roles: Mapping[str, Any]) -> Path:
    """Its folder of settings and its certificates: returns the CA."""
    folder = node / "config" / "opensearch-security"
    folder.mkdir(parents=True, exist_ok=True)
    for default in (home / "plugins" / "config").glob("*.yml"):
        (folder / default.name).write_bytes(default.read_bytes())
    for name, tree in _settings(trust, roles).items():
        kind = {"_meta": {"type": _TYPES.get(name, name), "config_version": 2}}
        (folder / f"{name}.yml").write_text(yaml.safe_dump(kind | tree), "utf-8")
    ca = certs.make_ca(node / "config", "an OpenSearch of a test")
    certs.make_server(node / "config", "node", ("localhost", "127.0.0.1"))
    return ca


@contextmanager
def running_secured(folder: Path, trust: Trust, roles: Mapping[str, Any]) -> Iterator[Secured]:
    """It, once its security is set up; gone when the block ends, and what it holds.

    `roles`: what each that a token can name may do, in the words of the plugin's `roles.yml`.
    """
    node = folder / "node"
    ca = _laid_out(java.make(MADE), node, trust, roles)
    told = {"plugins.security.allow_default_init_securityindex": "true", "plugins.security.audit.type": "log4j"}
    told["plugins.security.audit.threadpool.size"] = "1"  # so that they stand in the order in which they were
    told |= {f"plugins.security.audit.config.log4j.{name}": value for name, value in _SINK.items()}
    told["plugins.security.ssl.transport.enforce_hostname_verification"] = "false"
    for layer in ("http", "transport"):
        told[f"plugins.security.ssl.{layer}.enabled"] = "true"
        for what, file in (("pemcert", "node.pem"), ("pemkey", "node.key"), ("pemtrustedcas", "ca.pem")):
            told[f"plugins.security.ssl.{layer}.{what}_filepath"] = file
    told.pop("plugins.security.ssl.transport.enabled")

    def command(home: Path, port: int, transport: int) -> list[str]:
        path = os.pathsep.join([str(home), f"{home / 'lib'}/*", f"{home / 'plugins'}/*"])
        said = [f"{name}={value}" for name, value in told.items()]
        return [*java.FLAGS, "-cp", path, "OsNode", str(node), str(port), str(transport), _PLUGIN, *said]

    def ready(url: str) -> bool:
        try:
            return _asked(url, ca, "GET", "/", None, (basic(*KEEPER),)).status == 200
        except OSError:
            return False

    with java.running(MADE, folder, command, "https", ready) as url:
        yield Secured(url, ca, folder / "server.log")
