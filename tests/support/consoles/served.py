"""A console that serves in a thread, and a browser without a window: cookies and forms, no scripts."""

import html
import re
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import uvicorn

from support.consoles.login_stub import CLIENT, LoginStub
from support.forked.ports import free_port
from vecgate.console.app import Console
from vecgate.console.places import Places, checked


@dataclass(slots=True)
class Served:
    """One console."""

    url: str
    console: Console
    login: LoginStub
    people: "list[Person]" = field(default_factory=list)

    def person(self) -> "Person":
        self.people.append(Person(self.url))
        return self.people[-1]


#: Consoles are reached in the clear here; each client would read all authorities anew.
PLAIN: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Person:
    """Somebody with a browser."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.line = httpx.Client(base_url=url, verify=PLAIN, trust_env=False, follow_redirects=False)

    def open(self, path: str, **headers: str) -> httpx.Response:
        return self.line.get(path, headers=headers)

    def log_in(self, back: str = "/") -> httpx.Response:
        """Go there and back; the answer at the way back."""
        away = self.line.get("/login", params={"back": back})
        assert away.status_code == 303, away.text
        found = httpx.get(away.headers["location"], verify=PLAIN, trust_env=False)
        return self.line.get(found.headers["location"])

    def word(self) -> str:
        """What each form of theirs carries."""
        found = re.search(r'name="form" value="([^"]+)"', self.open("/access").text)
        assert found
        return html.unescape(found[1])

    def post(self, path: str, form: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        said = {"form": self.word(), **(form or {})}
        return self.line.post(path, data=said, headers={"origin": self.url} | headers)


def free_place(host: str = "127.0.0.1") -> str:
    """Where a console can be. Passkeys want a name (`localhost`), not an address."""
    return f"http://{host}:{free_port()}"


@contextmanager
def running_console(
    gateway: str, login: LoginStub, *, url: str = "", client: str = CLIENT, **more: Any
) -> Iterator[Served]:
    url = url or free_place()
    port = int(url.rpartition(":")[2])
    console = Console(checked(Places(url=url, gateway=gateway, issuer=login.url, client=client, **more)), time.time)
    server = uvicorn.Server(uvicorn.Config(console.app, port=port, log_level="error", access_log=False, ws="none"))
    console.live.ending = lambda: server.should_exit
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 60
    while not server.started:
        assert time.monotonic() < end, "the console did not start"
        time.sleep(0.01)
    served = Served(url, console, login)
    try:
        yield served
    finally:
        for one in served.people:
            one.line.close()
        server.should_exit = True
        thread.join(20)
