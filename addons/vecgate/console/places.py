"""Where is the console itself, and whom does it speak to? What its command was told, checked before it starts."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from vecgate.domain.principal import Secret
from vecgate.refusals.errors import SettingsError
from vecgate.settings.addresses import is_loopback


@dataclass(frozen=True, slots=True)
class Places:
    """`url`: where people open the console; `token`: which of the login's tokens the gateway is given."""

    url: str
    gateway: str
    issuer: str
    client: str
    secret: Secret | None = field(default=None, repr=False)
    scope: str = "openid"
    token: str = "access_token"  # noqa: S105  the name of a field
    gateway_ca: str | None = None
    issuer_ca: str | None = None

    @property
    def is_tls(self) -> bool:
        return self.url.startswith("https:")

    @property
    def back(self) -> str:
        """Where the login service sends people back to."""
        return f"{self.url}/login/back"


def checked(places: Places) -> Places:
    """The same. Raises SettingsError for what is no place, or in the clear to another machine."""
    told = {"--url": places.url, "--gateway": places.gateway, "--issuer": places.issuer}
    problems = [f"{name}: {why}" for name, url in told.items() if (why := _wrong(url, bare=name != "--issuer"))]
    if problems:
        raise SettingsError(problems)
    return places


def _wrong(url: str, *, bare: bool) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "its host or port cannot be read"
    if not host or parts.username is not None or parts.query or parts.fragment or (bare and parts.path):
        return "write https://HOST:PORT, and nothing behind it" if bare else "write https://HOST/PATH"
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        return "it must begin with 'https://'; 'http://' only where the host is this machine"
    return "" if url == url.lower() or not bare else "write it in lower case"
