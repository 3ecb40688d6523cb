"""How does a desk ask a login service (HTTP, JSON, TLS)? Over TLS, or on this machine; no redirect is followed.

Proxies that the environment names are used: login services of others often lie behind one, and TLS ends beyond it.
"""

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from vecgate.desk.places import DeskFailed
from vecgate.parsing.tls import trusting

TIMEOUT: Final = 20.0
_LONGEST: Final = 1024 * 1024


class Away(DeskFailed):
    """There was no answer; a later one may be."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def is_loopback(url: str) -> bool:
    """Whether it is on this machine, by its address or as `localhost`."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def checked(url: Any, what: str, *, only_tls: bool = False) -> str:
    """It, where a secret may be sent there: over TLS, or, if that is enough, on this machine. Raises DeskFailed."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        fits = parts is not None and bool(parts.hostname) and parts.port != 0 and not parts.username
    except ValueError:
        parts, fits = None, False
    if parts is None or not fits or parts.fragment:
        raise DeskFailed(f"{what} is no address")
    if parts.scheme != "https" and (only_tls or not (parts.scheme == "http" and is_loopback(url))):
        raise DeskFailed(f"{what} is not https: what is sent there could be read on the way")
    return str(url)


def ask(url: str, form: Mapping[str, str] | None = None, *, ca: str = "", timeout: float = TIMEOUT) -> tuple[int, Any]:
    """The status, and the JSON of the answer; None where it is none. With a form it is posted. Raises DeskFailed."""
    try:
        trust = trusting(ca or None)
    except OSError as e:
        raise DeskFailed(f"the CA {ca} cannot be read, or holds no certificates") from e
    proxies: dict[str, str] | None = {} if is_loopback(url) else None
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler(proxies), urllib.request.HTTPSHandler(context=trust), _NoRedirect()
    )
    data = None if form is None else urlencode(form).encode()
    request = urllib.request.Request(url, data, {"Accept": "application/json"})  # noqa: S310 checked() saw to its scheme
    try:
        with opener.open(request, timeout=timeout) as answer:
            status, raw = answer.status, answer.read(_LONGEST)
    except urllib.error.HTTPError as e:
        with e:
            status, raw = e.code, e.read(_LONGEST)
    except (OSError, ValueError) as e:
        raise Away(f"no answer from {urlsplit(url).netloc}: {_cause(e)}") from e
    try:
        return status, json.loads(raw)
    except ValueError:
        return status, None


def _cause(e: Exception) -> str:
    inner = e.reason if isinstance(e, urllib.error.URLError) and isinstance(e.reason, Exception) else e
    if isinstance(inner, ssl.SSLCertVerificationError):
        return f"its certificate was not accepted ({inner.verify_message}); 'ca' names the CA to trust"
    return (inner.strerror if isinstance(inner, OSError) else None) or type(inner).__name__
