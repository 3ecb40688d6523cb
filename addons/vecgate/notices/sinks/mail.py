"""How is a notice sent by mail, and to whom? To the addresses that the settings name, and those that are user names."""

import asyncio
import smtplib
from collections.abc import Iterable
from email.message import EmailMessage
from email.utils import formatdate
from re import compile as compiled
from typing import Final

from vecgate.notices.notice import Notice
from vecgate.notices.sinks._base import NotTold, trust
from vecgate.settings import notices as settings
from vecgate.settings.private import secret

_PLAIN: Final = compiled(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,189}")


def addresses(readers: Iterable[str], spec: settings.Mail) -> list[str]:
    """Of whom it concerns, all whose address is known, each once."""
    found = dict[str, None]()
    for reader in readers:
        kind, _, name = reader.partition(":")
        found |= dict.fromkeys(spec.addresses.get(reader, ()))
        # The name comes out of a token: only a plain address, and only where the settings say.
        if kind == "user" and _PLAIN.fullmatch(name) and name.rpartition("@")[2].casefold() in spec.users_at:
            found[name] = None
    return [*found]


def written(notice: Notice, spec: settings.Mail, now: float) -> EmailMessage:
    """The message, without its readers: they need not know of one another."""
    message = EmailMessage()
    message["From"] = f"vecgate <{spec.sender}>"
    message["To"] = "undisclosed-recipients:;"
    message["Subject"] = f"[vecgate] {notice.title}"
    message["Date"] = formatdate(now)
    message["Message-ID"] = f"<{notice.job.name}@{spec.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    lines = [notice.title, "", *(f"{name}: {text}" for name, text in notice.facts.items())]
    message.set_content("\n".join(lines) + "\n")
    return message


class Post:
    """The mail of the settings. Raises SettingsError for files that cannot be used."""

    def __init__(self, spec: settings.Mail) -> None:
        self._spec = spec
        # Opening, greeting, TLS, login, sender, readers, text: each may take that long, and no longer in all.
        self.tells, self.timeout = spec.tells, spec.timeout * 4
        self._password = secret(spec.password_file, "notices.mail.password_file") if spec.password_file else ""
        self._trust = trust(spec.ca, "notices.mail.ca") if spec.security != "none" else None

    async def tell(self, notice: Notice, now: float) -> None:
        """Send it. Raises NotTold where the server does not take it for any of its readers."""
        readers = addresses(notice.readers, self._spec)
        if not readers:
            return
        try:
            async with asyncio.timeout(self.timeout):
                await asyncio.to_thread(self._send, written(notice, self._spec, now), readers)
        except (smtplib.SMTPException, OSError, TimeoutError, ValueError) as e:
            raise NotTold(type(e).__name__) from e

    async def close(self) -> None:
        """Nothing is kept open."""

    def _send(self, message: EmailMessage, readers: list[str]) -> None:
        with self._connected() as line:
            if self._spec.security == "starttls":
                line.starttls(context=self._trust)
            if self._spec.user is not None:
                line.login(self._spec.user, self._password)
            line.send_message(message, self._spec.sender, readers)

    def _connected(self) -> smtplib.SMTP:
        spec = self._spec
        if spec.security == "tls":
            return smtplib.SMTP_SSL(spec.host, spec.port, "vecgate", timeout=spec.timeout, context=self._trust)
        return smtplib.SMTP(spec.host, spec.port, "vecgate", timeout=spec.timeout)
