"""How is a notice sent over HTTP? One POST to the one address that the settings name; what comes back is its status."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

import aiohttp
import orjson

from vecgate.domain.call import Json
from vecgate.notices.notice import Notice
from vecgate.notices.sinks._base import NotTold, trust
from vecgate.parsing.webhooks import Secret
from vecgate.refusals.errors import SettingsError
from vecgate.settings import notices as settings
from vecgate.settings.private import secret

#: The longest that anybody may have us wait before the next try, in seconds.
LONGEST_PAUSE: Final = 600.0


def generic(notice: Notice) -> Json:
    """https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload-structure"""
    stamp = datetime.fromtimestamp(notice.at, UTC).isoformat().replace("+00:00", "Z")
    return {
        "type": f"{notice.job.what}.{notice.job.kind}",
        "timestamp": stamp,
        "data": {"title": notice.title, **notice.data},
    }


def slack(notice: Notice) -> Json:
    """https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks

    Plain text, in which nothing is a link, a mention or a format; `text`, which a banner shows, is not, and is escaped.
    """
    lines = "\n".join(f"{name}: {text}" for name, text in notice.facts.items())
    escaped = notice.title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    blocks: list[Json] = [
        {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}
        for text in (notice.title, lines)
        if text
    ]
    return {"text": escaped, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def teams(notice: Notice) -> Json:
    """https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook

    A card of text runs, which are not read as Markdown.
    """
    rows = [(notice.title, "Bolder"), *((f"{name}: {text}", "Default") for name, text in notice.facts.items())]
    body: list[Json] = [
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, "weight": weight}]}
        for text, weight in rows
    ]
    card: Json = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [content]}


_SHAPES: Final[Mapping[str, Callable[[Notice], Json]]] = {"webhook": generic, "slack": slack, "teams": teams}


class Web:
    """One sink of the settings. Raises SettingsError for files that cannot be used."""

    def __init__(self, name: str, spec: settings.Sink) -> None:
        named = f"notices.sinks.{name}"
        self.tells, self.timeout = spec.tells, spec.timeout
        self._shape = _SHAPES[spec.kind]
        self._url = spec.url
        if spec.path_file is not None:
            self._url += secret(spec.path_file, f"{named}.path_file")
            if urlsplit(urljoin(self._url, "")).netloc != urlsplit(spec.url).netloc or not self._url.isprintable():
                raise SettingsError([f"{named}.path_file: it is to hold the rest of a path, on one line"])
        self._key = Secret.of(secret(spec.secret_file, f"{named}.secret_file"), named) if spec.secret_file else None
        self._trust = trust(spec.ca, f"{named}.ca") if spec.url.startswith("https:") else None
        self._session: aiohttp.ClientSession | None = None

    async def tell(self, notice: Notice, now: float) -> None:
        """Send it. Raises NotTold for anything but a yes."""
        body = orjson.dumps(self._shape(notice))
        headers = {"content-type": "application/json", "user-agent": "vecgate"}
        if self._key is not None:
            id, at = notice.job.name, int(now)
            headers |= {
                "webhook-id": id,
                "webhook-timestamp": str(at),
                "webhook-signature": self._key.signature(id, at, body),
            }
        if self._session is None:  # no proxy of the environment, no cookies
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        timeout = aiohttp.ClientTimeout(total=self.timeout)
        try:
            async with self._session.post(
                self._url, data=body, headers=headers, ssl=self._trust or True, timeout=timeout, allow_redirects=False
            ) as answer:  # its body is nobody's business: whoever has an endless one is not read
                status, pause = answer.status, answer.headers.get("retry-after", "")
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as e:
            raise NotTold(type(e).__name__) from e
        if not 200 <= status < 300:
            again = min(float(pause), LONGEST_PAUSE) if pause.isdecimal() and len(pause) < 6 else 0.0
            raise NotTold(f"status {status}", again)

    async def close(self) -> None:
        """Leave nothing open."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
