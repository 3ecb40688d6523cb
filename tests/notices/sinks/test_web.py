"""A webhook is signed as the specification says; what a chat shows is text, and nothing in it is a link or a mention."""

import base64
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from support.fakes.approvals import HELD
from support.servers.receiver import Receiver, running_receiver
from vecgate.approvals.standing import Standing
from vecgate.notices.notice import Job, Notice, notice
from vecgate.notices.sinks import web
from vecgate.notices.sinks._base import NotTold
from vecgate.notices.sinks.web import Web
from vecgate.refusals.errors import SettingsError
from vecgate.settings.notices import Sink


@pytest.fixture(scope="module")
def receiver() -> Any:
    with running_receiver() as made:
        yield made


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("whsec_" + base64.b64encode(os.urandom(32)).decode() + "\n")
    path.chmod(0o600)
    return path


def made(**over: str) -> Notice:
    standing = Standing("h1", HELD, "pending", 1000.0, 4600.0, 1000.0)
    found = notice(Job("asked", "call", "h1", "0"), standing)
    assert found is not None
    if over:
        found.facts["Why"] = over["why"]
        return Notice(
            found.job, over.get("title", found.title), found.facts, found.asker, found.asked, found.at, found.data
        )
    return found


@pytest.fixture
def library(secret: Path) -> Webhook:
    return Webhook(secret.read_text().strip())


async def test_the_receivers_own_library_verifies_it(receiver: Receiver, secret: Path, library: Webhook) -> None:
    receiver.calls.clear()
    sink = Web("hook", Sink(kind="webhook", url=receiver.url, secret_file=secret))
    await sink.tell(made(), time.time())
    await sink.close()
    [call] = receiver.calls
    tree = library.verify(call.body, call.headers)
    assert tree["type"] == "call.asked"
    assert tree["timestamp"] == "1970-01-01T00:16:40Z"
    assert tree["data"]["asker"] == "alice"
    with pytest.raises(WebhookVerificationError):
        library.verify(call.body + b" ", call.headers)


@pytest.mark.parametrize(
    ("status", "headers", "again"),
    [
        (301, {"location": "http://127.0.0.1:1/"}, 0.0),
        (400, {}, 0.0),
        (429, {"retry-after": "17"}, 17.0),
        (503, {"retry-after": "99999"}, 600.0),
        (503, {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, 0.0),
        (500, {"retry-after": "-1"}, 0.0),
    ],
)
async def test_anything_but_a_yes_is_no(
    receiver: Receiver, secret: Path, status: int, headers: Any, again: float
) -> None:
    receiver.calls.clear()
    receiver.answers[:] = [(status, headers)]
    sink = Web("hook", Sink(kind="webhook", url=receiver.url, secret_file=secret))
    with pytest.raises(NotTold) as caught:
        await sink.tell(made(), 1000.0)
    await sink.close()
    assert (str(caught.value), caught.value.again) == (f"status {status}", again)
    assert len(receiver.calls) == 1


async def test_nobody_there_is_not_told(secret: Path) -> None:
    sink = Web("hook", Sink(kind="webhook", url="http://127.0.0.1:1/", secret_file=secret))
    with pytest.raises(NotTold, match="ClientConnectorError"):
        await sink.tell(made(), 1000.0)
    await sink.close()


async def test_no_proxy_of_the_environment_is_asked(
    receiver: Receiver, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    sink = Web("hook", Sink(kind="webhook", url=receiver.url, secret_file=secret))
    await sink.tell(made(), 1000.0)
    await sink.close()


def test_slack_shows_text_only() -> None:
    tree: Any = web.slack(made(title="<!channel> & <https://evil.example|here>", why="<@U1> *x*"))
    assert tree["text"] == "&lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;"
    assert {block["text"]["type"] for block in tree["blocks"]} == {"plain_text"}
    assert "<@U1> *x*" in tree["blocks"][1]["text"]["text"]


def test_teams_shows_text_only() -> None:
    tree: Any = web.teams(made(why="[here](https://evil.example)"))
    [attachment] = tree["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    runs = [run for block in attachment["content"]["body"] for run in block["inlines"]]
    assert {block["type"] for block in attachment["content"]["body"]} == {"RichTextBlock"}
    assert {run["type"] for run in runs} == {"TextRun"}
    assert "Why: [here](https://evil.example)" in [run["text"] for run in runs]
    assert "selectAction" not in json.dumps(tree)


async def test_the_rest_of_a_path_comes_from_a_file(receiver: Receiver, tmp_path: Path) -> None:
    receiver.calls.clear()
    rest = tmp_path / "rest"
    rest.write_text("T0/B0/key\n")
    rest.chmod(0o600)
    sink = Web("chat", Sink(kind="slack", url=receiver.url + "/services/", path_file=rest))
    await sink.tell(made(), 1000.0)
    await sink.close()
    assert [call.path for call in receiver.calls] == ["/services/T0/B0/key"]


@pytest.mark.parametrize("rest", ["@evil.example/", ".evil.example/", "0/", "a\nb"])
def test_no_file_leads_to_another_host(tmp_path: Path, rest: str) -> None:
    path = tmp_path / "rest"
    path.write_text(rest)
    path.chmod(0o600)
    with pytest.raises(SettingsError):
        Web("chat", Sink(kind="slack", url="https://hooks.example", path_file=path))
