"""Which URL may name the state (redis, rediss, unix, sentinel), an issuer or a database, and what is an IP address?

Checks for pydantic: the text, or ValueError in words.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator

_SAME: Final = {"valkey": "redis", "valkeys": "rediss"}
_ELSEWHERE: Final = "name the one address at which the primary is always reached, such as a TCP proxy that follows it"
_SENTINEL_PORT: Final = 26379
_NETWORK: Final = 64


def ip(text: str) -> str:
    """An address of IPv4 or IPv6, without a zone."""
    try:
        scoped = "%" in str(ip_address(text))
    except ValueError:
        scoped = True
    if scoped:
        raise ValueError("it must be an IPv4 or IPv6 address")
    return text


def whose(address: str) -> str:
    """What is counted as one caller: an address, and of IPv6 the network that one host has for itself (/64).

    What is none (a socket of this machine) is left as it is.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, _NETWORK), strict=False))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, whatever a resolver says."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class Sentinels:
    """Who tells where the primary is: `sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT/NAME?OPTIONS`; `sentinels`: by TLS.

    `login` is that of the servers, as it stands in the URL, and `options` are what follows its '?'.
    """

    hosts: tuple[tuple[str, int], ...]
    name: str
    is_tls: bool
    login: str = field(repr=False)
    options: str = field(repr=False)

    @classmethod
    def of(cls, text: str) -> "Sentinels | None":
        """Those of a URL; None: it names a server. Raises ValueError."""
        scheme, _, rest = text.partition("://")
        if scheme not in ("sentinel", "sentinels"):
            return None
        place, _, options = rest.partition("?")
        place, _, name = place.partition("/")
        login, _, hosts = place.rpartition("@")
        found = []
        for host in hosts.split(","):
            one = urlsplit(f"//{host}")
            if not one.hostname or one.path or one.username is not None:
                raise ValueError("no host")
            found.append((one.hostname, one.port or _SENTINEL_PORT))
        if not name or "/" in name:
            raise ValueError("no name")
        return cls(tuple(found), name, scheme == "sentinels", login, options)


def state_url(text: str) -> str:
    """The address of a Valkey/Redis. Its words never repeat the text: a password may be in it."""
    scheme, _, rest = text.partition("://")
    if scheme in ("valkey", "valkeys"):
        raise ValueError(f"write '{_SAME[scheme]}://': it is the same protocol")
    if "sentinel" in scheme:
        return _sentinels(text)
    if "cluster" in scheme:
        raise ValueError(f"clusters are not spoken to; {_ELSEWHERE}")
    if scheme not in ("redis", "rediss", "unix"):
        raise ValueError("it must begin with 'redis://', 'rediss://', 'unix://', 'sentinel://' or 'sentinels://'")
    if scheme != "unix" and "," in rest.partition("/")[0].rpartition("@")[2]:
        raise ValueError(f"it names several hosts; {_ELSEWHERE}")
    try:
        _ = urlsplit(text).port
    except ValueError as e:
        raise ValueError("its host or port cannot be read; write 'redis://HOST:PORT'") from e
    return text


def _sentinels(text: str) -> str:
    try:
        found = Sentinels.of(text)
    except ValueError as e:
        raise ValueError("its sentinels cannot be read; write 'sentinel://HOST:PORT,HOST:PORT/NAME'") from e
    if found is None:
        raise ValueError("write 'sentinel://HOST:PORT,HOST:PORT/NAME', or with TLS 'sentinels://'")
    return text


def network(text: str) -> str:
    """A network, or one address, of IPv4 or IPv6."""
    try:
        ip_network(text)
    except ValueError as e:
        raise ValueError("it must be a network such as '10.0.0.0/8', or one address") from e
    return text


Network = Annotated[str, AfterValidator(network)]
StateUrl = Annotated[str, AfterValidator(state_url)]
