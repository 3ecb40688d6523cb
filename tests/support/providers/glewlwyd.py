"""A real glewlwyd 2.7 (OpenID Connect, C, SQLite), set up by its own API: alice, a public client with the device flow."""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import parse_qs, quote, urlsplit

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from demo.processes import Server
from support.forked.ports import free_port
from support.npm import answers
from support.providers import GROUP, PASSWORD, USER, Provider, debian
from vecgate.desk.answer import Login
from vecgate.desk.told import Client

PACKAGES: Final = (
    "glewlwyd", "libconfig9", "libmariadb3", "liborcania2.3", "libyder2.0", "libhoel1.4", "librhonabwy1.1",
    "libmicrohttpd12", "libulfius2.7", "libiddawc1.1", "liboath0",
)  # fmt: skip
RESOURCE: Final = "https://vecgate.example"
_SCOPE: Final = "openid vecgate"
_ROOMS: Final = {
    "user_module": "user", "user_middleware_module": "user_middleware", "client_module": "client",
    "user_auth_scheme_module": "scheme", "plugin_module": "plugin",
}  # fmt: skip
_CONFIGURATION: Final = """
port={port}
bind_address="127.0.0.1"
external_url="http://localhost:{port}"
login_url="login.html"
api_prefix="api"
log_mode="console"
log_level="WARNING"
cookie_domain="localhost"
cookie_secure=0
session_expiration=3600
session_key="S"
admin_scope="g_admin"
profile_scope="g_profile"
{rooms}
hash_algorithm="SHA512"
database = {{ type = "sqlite3"; path = "{folder}/db"; }};
"""
_ON: Final = (
    "refresh-token-rolling", "auth-type-code-enabled", "auth-type-device-enabled", "auth-type-refresh-enabled",
    "auth-type-id-token-enabled", "jwks-show", "pkce-allowed", "pkce-required", "session-management-allowed",
    "back-channel-logout-allowed", "resource-allowed", "resource-change-allowed",
)  # fmt: skip
_OFF: Final = ("token", "none", "password", "client")


class _Line(httpx.Client):
    """Its cookies are of the domain `localhost`, which a client's jar does not take."""

    def __init__(self, url: str, user: str, password: str) -> None:
        super().__init__(base_url=url, trust_env=False, timeout=30)
        self._who = {"username": user, "password": password}

    def __enter__(self) -> Self:
        super().__enter__()
        answer = self.ask("POST", "/auth/", **self._who)
        self.headers["cookie"] = answer.headers["set-cookie"].partition(";")[0]
        return self

    def ask(self, method: str, path: str, **body: Any) -> httpx.Response:
        answer = self.request(method, path, json=body or None)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer


def _plugin(url: str) -> dict[str, Any]:
    """OpenID Connect with a new key."""
    key, pem = ec.generate_private_key(ec.SECP256R1()), serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    told: dict[str, Any] = {
        "iss": f"{url}/oidc", "jwt-type": "ecdsa", "jwt-key-size": "256", "key": private.decode(), "cert": public.decode(),
        "access-token-duration": 300, "refresh-token-duration": 3600, "code-duration": 60, "refresh-token-one-use": "always",
        "device-authorization-expiration": 600, "device-authorization-interval": 1, "subject-type": "public",
        "session-cookie-name": "G", "session-cookie-expiration": 3600, "resource-scope": {"vecgate": [RESOURCE]},
        "additional-parameters": [
            {"user-parameter": "username", "token-parameter": "preferred_username"},
            {"user-parameter": "groups", "token-parameter": "groups"},
        ],
    }  # fmt: skip
    told |= dict.fromkeys(_ON, True) | {f"auth-type-{name}-enabled": False for name in _OFF}
    return {"module": "oidc", "name": "oidc", "display_name": "oidc", "parameters": told, "enabled": True}


def _set_up(url: str) -> None:
    with _Line(url, "admin", "password") as admin:
        admin.ask("POST", "/mod/plugin/", **_plugin(url))
        module = admin.ask("GET", "/mod/user/database").json()
        many = {"multiple": True, "read": True, "write": True, "profile-read": True, "profile-write": False}
        module["parameters"]["data-format"]["groups"] = many
        admin.ask("PUT", "/mod/user/database", **module)
        admin.ask("PUT", "/mod/user/database/reset/")
        about = {"name": "vecgate", "display_name": "vecgate", "description": "vecgate", "scheme": {}}
        admin.ask("POST", "/scope/", **about, password_required=True, password_max_age=0)
        scope = ["openid", "vecgate", "g_profile"]
        admin.ask("POST", "/user/", username=USER, password=PASSWORD, enabled=True, scope=scope, groups=[GROUP])
        admin.ask(
            "POST", "/client/", client_id="vecgate-cli", name="cli", enabled=True, confidential=False,
            redirect_uri=["http://localhost/back"], authorization_type=["device_authorization", "refresh_token", "code", "delete_token"],
            scope=scope[:2], token_endpoint_auth_method=["none"],
        )  # fmt: skip


def _rotate(url: str) -> None:
    with _Line(url, "admin", "password") as admin:
        admin.ask("PUT", "/mod/plugin/oidc", **_plugin(url))
        admin.ask("PUT", "/mod/plugin/oidc/reset/")


def _agree(url: str, complete: str) -> None:
    (code,) = parse_qs(urlsplit(complete).query)["code"]
    with _Line(url, USER, PASSWORD) as browser:
        browser.ask("PUT", "/auth/grant/vecgate-cli", scope=_SCOPE)
        answer = browser.get("/oidc/device", params={"code": code, "g_continue": ""})
        assert "prompt=deviceComplete" in answer.headers["location"], answer.headers


def _log_out(url: str, _login: Login) -> None:
    """Alice ends what she granted, on her page there: its revocation endpoint wants a secret, which a desk has not."""
    with _Line(url, USER, PASSWORD) as browser:
        alive = [one for one in browser.get("/oidc/token/").json() if one["enabled"]]
        assert alive
        for one in alive:
            browser.ask("DELETE", f"/oidc/token/{quote(one['token_hash'], safe='')}")


@contextmanager
def running(folder: Path) -> Iterator[Provider]:
    """One. Skips where its packages cannot be had."""
    root, port = debian.unpacked("glewlwyd", *PACKAGES), free_port()
    for room in _ROOMS.values():
        (root / "usr/lib/glewlwyd" / room).mkdir(exist_ok=True)
    rooms = "\n".join(f'{name}_path="{root}/usr/lib/glewlwyd/{room}"' for name, room in _ROOMS.items())
    (folder / "conf").write_text(_CONFIGURATION.format(port=port, rooms=rooms, folder=folder))
    tables = root / "usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz"
    with sqlite3.connect(folder / "db") as made:
        made.executescript(gzip.decompress(tables.read_bytes()).decode())
    made.close()
    url = f"http://localhost:{port}/api"
    words = [str(root / "usr/bin/glewlwyd"), f"--config-file={folder}/conf"]
    server = Server(
        "glewlwyd",
        lambda: words,
        lambda: answers(port, "/config", 200),
        folder / "log",
        lambda: debian.libraries(root),
    )
    try:
        server.start()
        _set_up(url)
        told = {
            "issuer": f"{url}/oidc", "audience": RESOURCE, "algorithms": ["ES256"], "user_claim": "preferred_username",
        }  # fmt: skip
        client = Client(f"{url}/oidc", scope=_SCOPE, resource=RESOURCE)
        yield Provider(
            told, client, lambda to: _agree(url, to), lambda: _rotate(url), lambda login: _log_out(url, login)
        )
    finally:
        server.stop()
