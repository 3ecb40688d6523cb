"""How is the gateway started beside the stack, and how does one talk to it? `vecgate run`, or mitmweb -s."""

import http.client
import json
import ssl
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from demo.processes import Server
from vecgate.settings import file as told
from vecgate.settings.listen import Listen

REPOSITORY: Final = Path(__file__).resolve().parents[2]
DATA: Final = "/api/v2/tenants/default_tenant/databases/default_database"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The refusal's code, in whichever database's shape, or the empty string."""
        try:
            tree = self.json
        except ValueError:
            return ""
        status = tree.get("status") if isinstance(tree, dict) else None
        if isinstance(status, dict):
            return str(status.get("error", "")).partition(":")[0]
        return tree.get("code", "") if isinstance(tree, dict) else ""


@dataclass(slots=True)
class Gateway:
    """One gateway process. `how`: 'run' is `vecgate run`, 'script' is `mitmweb -s`. `settings` is its file."""

    settings: Path
    log: Path
    how: Literal["run", "script"] = "run"
    mode: Literal["reverse", "transparent", "regular"] = "reverse"
    web: bool = False
    workers: int = 1
    script: Path = REPOSITORY / "addons" / "gateway.py"
    command_prefix: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    server: Server = field(init=False)
    _told: tuple[int, Listen] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.server = Server("gateway", self._command, self._is_ready, self.log, self._environment)

    @property
    def listen(self) -> Listen:
        written = self.settings.stat().st_mtime_ns
        if self._told is None or self._told[0] != written:  # reading it anew for each request is most of a request
            self._told = (written, told.load(self.settings).listen)
        return self._told[1]

    @property
    def url(self) -> str:
        return f"https://localhost:{self.listen.port}"

    @property
    def ca(self) -> Path:
        """What clients trust."""
        return self.listen.certificate_folder / "mitmproxy-ca-cert.pem"

    def start(self) -> None:
        self.server.start()

    def stop(self) -> None:
        self.server.stop()

    def wait_for_all(self) -> None:
        """Once it is ready, one of its workers is; this waits for each. Raises StartFailed."""
        if self.workers > 1:
            self.server.ready = lambda: self.log.read_text("utf-8", "replace").count(" is ready") >= self.workers
            self.server.wait()

    def _environment(self) -> Mapping[str, str]:
        return {told.ENVIRONMENT_NAME: str(self.settings), "PYTHONPATH": str(REPOSITORY / "addons"), **self.environment}

    def _command(self) -> list[str]:
        tools = Path(sys.executable).parent
        if self.how == "run":
            more = ["--web"] if self.web else []
            told_mode = ["run", "--mode", self.mode, "--workers", str(self.workers)]
            return [*self.command_prefix, str(tools / "python"), "-m", "vecgate.cli", *told_mode, *more]
        listen = told.load(self.settings).listen
        name = sorted(told.load(self.settings).upstreams)[0]
        return [
            str(tools / "mitmweb"),
            *("-s", str(self.script)),
            *("--mode", f"reverse:https://{name}.vecgate.invalid@{listen.host}:{listen.port}"),
            *("--set", f"confdir={listen.certificate_folder}", "--set", f"web_port={listen.web_port}"),
            *("--set", "web_open_browser=false", "--set", "web_password=at-my-desk"),
        ]

    def _is_ready(self) -> bool:
        try:
            said = self.ask("GET", "/api/v2/heartbeat").body  # in whichever shape its database refuses
            ready = b"gate.starting" not in said and b"gate.closed" not in said
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)  # asking takes of the cores that it starts on
            return False
        if not ready:
            time.sleep(0.3)  # each question is a flow in mitmweb
        return ready

    def ask(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 40,
        port: int | None = None,
    ) -> Reply:
        """One request over a new connection, to its first database or at a port. Raises OSError or HTTPException."""
        context = ssl.create_default_context(cafile=str(self.ca))
        connection = http.client.HTTPSConnection(
            "localhost", port or self.listen.port, context=context, timeout=timeout
        )
        raw = json.dumps(body).encode() if body is not None else None
        sent = {"Content-Type": "application/json"} if raw is not None else {}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        try:
            connection.request(method, path, raw, {**sent, **(headers or {})})
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()
