"""Who is on call? What a file or a signed webhook says, as long as it is fresh and can be proven: or else nobody.

    {"at": "2026-11-28T15:00:00Z", "people": ["dora"]}                      the file
    {"name": "night", "at": "2026-11-28T15:00:00Z", "people": ["dora"]}     the webhook, which says of whom it is

Whatever pages people says it anew now and then. Nobody is a stage's fallback to answer for, never a yes. What a webhook
said lies in the state, as it came: each worker proves it for itself, and takes none that is older than what it knows.
"""

import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from vecgate.parsing import strict_json
from vecgate.parsing.webhooks import Key, Message, NotGenuine, PublicKey, Secret
from vecgate.settings import approvals as settings
from vecgate.settings.private import secret

LONGEST: Final = 64 * 1024
MOST: Final = 100
#: So far ahead of our clock it may have been written, in seconds.
_AHEAD: Final = 60.0


@dataclass(frozen=True, slots=True)
class Said:
    """Who is on call, and since when that is known (seconds since the epoch)."""

    at: float
    people: tuple[str, ...]


class OnCall:
    """Files are read anew each time that somebody asks. Raises SettingsError for keys that cannot be used."""

    def __init__(self, sources: Mapping[str, settings.OnCall], now: Callable[[], float]) -> None:
        self._sources, self._now = sources, now
        self._keys = {name: key for name, one in sources.items() if (key := _key(name, one)) is not None}
        self._known: dict[str, Said] = {}

    @property
    def told(self) -> frozenset[str]:
        """The names that webhooks tell."""
        return frozenset(self._keys)

    def people(self, name: str) -> tuple[str, ...]:
        """Who is on call by that name; nobody where that cannot be told."""
        found = self._sources.get(name)
        try:
            said = self._known.get(name) if found is None or found.file is None else _said(_read(found.file), {})
        except (OSError, ValueError, TypeError, KeyError, strict_json.NotStrict):
            return ()
        return said.people if said is not None and self.is_fresh(name, said) else ()

    def proven(self, name: str, message: Message) -> Said:
        """What a webhook says for that name, whenever it was sent. Raises NotGenuine."""
        key = self._keys.get(name)
        # In the same words, as nobody has logged in for it: which names there are is not told.
        if key is None or len(message.body) > LONGEST or not key.proves(message):
            raise NotGenuine("it is not signed by a key that the settings have for that name")
        try:
            said = _said(strict_json.parse(message.body), {"name": name})
        except (ValueError, TypeError, KeyError, OverflowError, strict_json.NotStrict):
            raise NotGenuine('it is to be {"name": NAME, "at": TIME with a zone, "people": [NAME]}') from None
        if said.at > self._now() + _AHEAD:
            raise NotGenuine("its 'at' is in the future")
        return said

    def is_fresh(self, name: str, said: Said) -> bool:
        """Whether it counts still."""
        found = self._sources.get(name)
        return found is not None and -_AHEAD <= self._now() - said.at <= found.good_for

    def take(self, name: str, said: Said) -> bool:
        """Take what was proven; whether it is newer than what was known."""
        known = self._known.get(name)
        if known is not None and known.at >= said.at:
            return False
        self._known[name] = said
        return True


def _key(name: str, source: settings.OnCall) -> Key | None:
    named = f"approvals.on_call.{name}"
    if source.secret_file is not None:
        return Secret.of(secret(source.secret_file, f"{named}.secret_file"), f"{named}.secret_file")
    return PublicKey.of(source.public_key, f"{named}.public_key") if source.public_key else None


def _said(tree: Any, besides: Mapping[str, str]) -> Said:
    """What is written. Raises ValueError, TypeError, KeyError, OverflowError."""
    at, people = datetime.fromisoformat(tree["at"]), tree["people"]
    if at.tzinfo is None or tree.keys() != {"at", "people", *besides} or not isinstance(people, list):
        raise ValueError("not who is on call")
    if len(people) > MOST or any(tree[key] != value for key, value in besides.items()):
        raise ValueError("not who is on call by that name")
    if not all(isinstance(one, str) and one.strip() == one and one and one.isprintable() for one in people):
        raise ValueError("not names")
    return Said(at.timestamp(), tuple(dict.fromkeys(people)))


def _read(path: Path) -> Any:
    """What a file of ours says, which nobody else can write. Raises OSError, ValueError."""
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        about = os.fstat(file)
        is_ours = about.st_uid in (0, os.geteuid()) and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if not stat.S_ISREG(about.st_mode) or not is_ours:
            raise ValueError("not a file that only we write")
        text = os.read(file, LONGEST + 1)
    finally:
        os.close(file)
    if len(text) > LONGEST:
        raise ValueError("too long")
    return strict_json.parse(text)
