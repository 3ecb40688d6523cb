"""The demo's login service: `vecgate idp` with the demo's people and their passwords, and the desk that logs in there.

It lies beside the gateway, not in its path, and is up before it, so that its keys are known from the first token on.
"""

import http.client
import json
import sys
from pathlib import Path
from typing import Any, Final

import yaml

from demo import bao_setup
from demo.bao import Bao
from demo.certs import write_private
from demo.gateway import REPOSITORY
from demo.processes import Server
from vecgate.idp import people

#: What the demo's desk calls it.
NAME: Final = "demo"
#: What the demo's console calls itself there.
CONSOLE: Final = "vecgate-console"
_DESKS: Final = "vecgate-cli"
_DESK: Final = """\
gateway = "{gateway}"
ca = "{ca}"

[issuers.{name}]
issuer = "{issuer}"

[upstreams.{upstream}]
dialect = "chroma"
url = "{gateway}"
"""


class Login:
    """One, with its files below `folder`; its people log in with the passwords that they have at OpenBao.

    `console`: where the demo's web console is or will be. The gateway is told when somebody has logged out.
    """

    def __init__(
        self, folder: Path, bao: Bao, valkey_url: str, port: int, log: Path, console: str, gateway: str, ca: Path
    ) -> None:
        self._folder, self._bao, self._valkey_url, self._port = folder, bao, valkey_url, port
        self.console, self.gateway, self.ca = console, gateway, ca
        self.issuer = f"http://localhost:{port}"
        self.server = Server("the login service", self._command, self._is_ready, log, self._environment)

    @property
    def desk(self) -> Path:
        """What VECGATE_HOME is to name, for whoever logs in here."""
        return self._folder / "desk"

    @property
    def issuer_settings(self) -> dict[str, Any]:
        """What the gateway must be told of who logs in here."""
        return {
            "issuer": self.issuer,
            "audience": bao_setup.AUDIENCE,
            "algorithms": ["ES256"],
            "types": ["at+jwt"],
            "logout_audience": _DESKS,
        }

    def password(self, name: str) -> str:
        return self._bao.passwords[name]

    def spawn(self) -> None:
        """Start it without waiting; OpenBao and Valkey are up."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        known = {
            name: {"password": people.hashed(self.password(name)), "groups": [group]}
            for name, group in bao_setup.PEOPLE.items()
        }
        write_private(self._folder / "people.json", json.dumps(known).encode())
        self._settings.write_text(yaml.safe_dump(self._told()), "utf-8")
        self.server.spawn()

    def write_desk(self, gateway: str, ca: Path, upstream: str) -> None:
        """What a desk reads of the demo."""
        self.desk.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = _DESK.format(gateway=gateway, ca=ca, name=NAME, issuer=self.issuer, upstream=upstream)
        (self.desk / "desk.toml").write_text(text, "utf-8")

    @property
    def _settings(self) -> Path:
        return self._folder / "login.yaml"

    def _told(self) -> dict[str, Any]:
        halves = {f"{half}_file": str(self._bao.secrets / f"login.{half.replace('_', '-')}") for half in _HALVES}
        return {
            "url": self.issuer,
            "audience": bao_setup.AUDIENCE,
            "people": str(self._folder / "people.json"),
            "redirects": {_DESKS: ["http://127.0.0.1/back"], CONSOLE: [f"{self.console}/login/back"]},
            "gateways": [{"url": f"{self.gateway}{_LOGOUT}", "ca": str(self.ca), "audience": _DESKS}],
            "signing": {"url": self._bao.url, "ca": str(self._bao.ca), **halves},
            "state": {"url": self._valkey_url, "prefix": "login"},
        }

    def _command(self) -> list[str]:
        words = ("idp", "--settings", str(self._settings), "--port", str(self._port))
        return [sys.executable, "-m", "vecgate.cli", *words]

    def _environment(self) -> dict[str, str]:
        return {"PYTHONPATH": str(REPOSITORY / "addons")}

    def _is_ready(self) -> bool:
        line = http.client.HTTPConnection("localhost", self._port, timeout=5)
        try:
            line.request("GET", "/jwks")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()


_HALVES: Final = ("role_id", "secret_id")
_LOGOUT: Final = "/.vecgate/v1/logout"
