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
    page = httpx.URL(complete)
    origin = f"{page.scheme}://{page.netloc.decode()}"
    with httpx.Client(trust_env=False, timeout=30, follow_redirects=True, headers={"origin": origin}) as browser:
        answer = browser.get(complete)
        sent = {"user_code": page.params["user_code"]}, {"user": name, "password": password}, {"answer": "yes"}
        for words in sent:
            word = _FORM.search(answer.text)
            expect(word is not None, f"a form at {answer.url}: {answer.text[:500]}")
            form = {"form": html.unescape(word[1]) if word else "", **words}
            answer = browser.post(str(answer.url.copy_with(query=None)), data=form)
        expect(answer.status_code == 200, f"{name} says yes: {answer.text[:500]}")
