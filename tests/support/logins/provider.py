"""A real login service (npm's oidc-provider) for desks, and a browser that somebody logs in with, by device or code flow."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest

from demo.processes import Server
from support.forked.ports import free_port
from support.npm import MODULES, NoNode, answers, fetched

_MOST_HOPS: Final = 12
_SCRIPT: Final = Path(__file__).with_name("service.mjs")


def provider(folder: Path, life: int = 300) -> tuple[str, Server]:
    """Its address, and it, not started; skips where there is no Node. Its tokens live for so many seconds."""
    try:
        node = fetched()
    except NoNode as e:
        pytest.skip(f"the login service is oidc-provider, and {e}")
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    told = {"issuer": issuer, "port": port, "modules": str(MODULES.parent), "life": life}
    return issuer, Server(
        "the login service",
        lambda: [node, str(_SCRIPT)],
        lambda: answers(port, "/.well-known/openid-configuration", 200),
        folder / "login.log",
        lambda: {"VECGATE_LOGIN_SERVICE": json.dumps(told)},
    )


@contextmanager
def running_provider(folder: Path, life: int = 300) -> Iterator[str]:
    """Its address, while it runs."""
    issuer, server = provider(folder, life)
    server.start()
    try:
        yield issuer
    finally:
        server.stop()


def _form(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of its form."""
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))


def _through(browser: httpx.Client, answer: httpx.Response, who: str) -> httpx.Response:
    """Where a browser comes to, in which somebody says who they are."""
    for _ in range(_MOST_HOPS):
        if not answer.is_redirect:
            return answer
        place = str(answer.url.join(answer.headers["location"]))
        if place.startswith("http://127.0.0.1") and "/back?" in place:  # a desk's own door
            return browser.get(place)
        answer = browser.post(place, data={"who": who}) if "/who/" in place else browser.get(place)
    raise AssertionError(f"no end of redirects at {answer.url}")


def browse(address: str, who: str) -> httpx.Response:
    """The code flow in a browser: what the desk's door says in the end."""
    with httpx.Client(trust_env=False, timeout=30) as browser:
        return _through(browser, browser.get(address), who)


def agree(complete: str, who: str) -> str:
    """The device flow in a browser elsewhere: what its last page says."""
    with httpx.Client(trust_env=False, timeout=30) as browser:
        page = browser.get(complete)
        sent = _form(page) | {"confirm": "yes"}
        answer = browser.post(str(page.url.copy_with(query=None)), data=sent)
        return _through(browser, answer, who).text
