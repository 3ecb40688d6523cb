"""Where may a program have its code sent to? To an address that the settings name, to the letter; nowhere else.

A program on its person's own machine takes whichever port is free (RFC 8252 section 7.3): an address of this machine
by number, registered without a port, stands for all its ports. Nothing is decoded, folded or completed before two
addresses are compared: what would have to be is another one.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import urlencode, urlsplit

from pydantic import AfterValidator

from vecgate.settings.addresses import is_loopback

_WORD: Final = re.compile(r"https?://[a-z0-9.:\[\]-]+/[A-Za-z0-9._~/-]*")
_BY_NUMBER: Final = ("http://127.0.0.1/", "http://[::1]/")
_PORT: Final = re.compile(r":([1-9][0-9]{0,4})(/.*)", re.DOTALL)
_HIGHEST: Final = 65535


def _redirect(url: str) -> str:
    parts = urlsplit(url) if _WORD.fullmatch(url) else None
    if parts is None or not parts.hostname or any(one in (".", "..", "") for one in parts.path.split("/")[1:-1]):
        raise ValueError("write it as https://HOST/PATH, in lower case but for its path, and nothing behind it")
    if parts.path.split("/")[-1] in (".", "..") or (parts.port is None and parts.netloc.endswith(":")):
        raise ValueError("write it as https://HOST/PATH, in lower case but for its path, and nothing behind it")
    if parts.scheme != "https" and not is_loopback(parts.hostname):
        raise ValueError("it must begin with 'https://'; 'http://' only where the host is the person's own machine")
    return url


Redirect = Annotated[str, AfterValidator(_redirect)]


def is_one(sent: str, registered: tuple[str, ...]) -> bool:
    """Whether a code may be sent there."""
    return any(sent == one or _is_port_of(sent, one) for one in registered)


def with_answer(back: str, us: str, said: Mapping[str, str]) -> str:
    """Where a browser is sent with an answer, empty words left out; `us`: whose answer it is (RFC 9207)."""
    return f"{back}?{urlencode({name: word for name, word in said.items() if word} | {'iss': us})}"


def _is_port_of(sent: str, one: str) -> bool:
    host = next((start[:-1] for start in _BY_NUMBER if one.startswith(start)), "")
    if not host or not sent.startswith(host):
        return False
    found = _PORT.fullmatch(sent[len(host) :])
    return found is not None and int(found[1]) <= _HIGHEST and found[2] == one[len(host) :]
