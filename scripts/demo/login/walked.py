"""The tour's part about logging in: `vecgate login` shows a code in a terminal, its person answers it in a browser."""

import html
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import httpx

from demo.expected import expect
from demo.gateway import Gateway
from demo.login import Login

_COMPLETE: Final = re.compile(r"or open (http\S+)")
_BACK: Final = re.compile(r'content="0;url=([^"]+)"')
_FORM: Final = re.compile(r'name="form" value="([^"]+)"')


def environment(login: Login, gateway: Gateway) -> dict[str, str]:
    """A desk's own: nothing of it is anybody's token."""
    paths = {"VECGATE_HOME": str(login.desk), "VECGATE_GATEWAY": gateway.url, "VECGATE_CA": str(gateway.ca)}
    return {"PATH": os.defpath, "HOME": str(login.desk), "VECGATE_KEYRING": "no", **paths}


def typed(around: Mapping[str, str], *words: str) -> str:
    """What a command prints. Raises TourFailed."""
    command = [str(Path(sys.executable)), "-m", "vecgate.cli", *words]
    done = subprocess.run(command, env=around, capture_output=True, text=True, timeout=60, check=False)
    expect(done.returncode == 0, f"vecgate {' '.join(words)}: {done.stderr}")
    return done.stdout


def walk(login: Login, gateway: Gateway, name: str, say: Callable[[str], None]) -> str:
    """Their token, as `vecgate token` prints it. Raises TourFailed."""
    around, command = environment(login, gateway), [str(Path(sys.executable)), "-m", "vecgate.cli", "login", "--device"]
    with subprocess.Popen(command, env=around, stderr=subprocess.PIPE, text=True) as terminal:
        assert terminal.stderr is not None
        lines = []
        for line in terminal.stderr:
            lines.append(line)
            say(f"   {line.rstrip()}")
            if found := _COMPLETE.search(line):
                agree(found[1], name, login.password(name))
    expect(terminal.returncode == 0, f"{name} logs in: {''.join(lines)}")
    who = typed(around, "whoami")
    expect(f"user:       {name}" in who, f"the gateway knows {name}: {who}")
    return typed(around, "token").strip()


def agree(complete: str, name: str, password: str) -> None:
    """In a browser: the code, a name and a password, who asks, and a yes. Raises TourFailed."""
    with httpx.Client(trust_env=False, timeout=30, follow_redirects=True) as browser:
        asked, code = browser.get(complete), httpx.URL(complete).params["user_code"]
        _agreed(browser, asked, {"user_code": code}, {"user": name, "password": password}, {"answer": "yes"})


def gone_back(browser: httpx.Client, asked: httpx.Response, name: str, password: str) -> str:
    """Where a browser is led that a program sent to log in: their name and password, and a yes. Raises TourFailed."""
    browser.follow_redirects = True
    led = _BACK.search(_agreed(browser, asked, {"user": name, "password": password}, {"answer": "yes"}).text)
    expect(led is not None, f"{name} is led back")
    return html.unescape(led[1]) if led else ""


def _agreed(browser: httpx.Client, answer: httpx.Response, *sent: Mapping[str, str]) -> httpx.Response:
    """Form after form, each sent as a browser does."""
    for words in sent:
        word = _FORM.search(answer.text)
        expect(word is not None, f"a form at {answer.url}: {answer.text[:500]}")
        form = {"form": html.unescape(word[1]) if word else "", **words}
        origin = f"{answer.url.scheme}://{answer.url.netloc.decode()}"
        answer = browser.post(str(answer.url.copy_with(query=None)), data=form, headers={"origin": origin})
    expect(answer.status_code == 200, f"a yes: {answer.text[:500]}")
    return answer
