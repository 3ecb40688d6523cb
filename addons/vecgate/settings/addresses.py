"""Which URL may name the state (redis, rediss, unix), an issuer or a database, and what is an IP address?

Checks for pydantic: the text, or ValueError in words.
"""

from ipaddress import ip_address, ip_network
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator

_SAME: Final = {"valkey": "redis", "valkeys": "rediss"}
_ELSEWHERE: Final = "name the one address at which the primary is always reached, such as a TCP proxy that follows it"


def ip(text: str) -> str:
    """An address of IPv4 or IPv6, without a zone."""
    try:
        scoped = "%" in str(ip_address(text))
    except ValueError:
        scoped = True
    if scoped:
        raise ValueError("it must be an IPv4 or IPv6 address")
    return text


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, whatever a resolver says."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def state_url(text: str) -> str:
    """The address of a Valkey/Redis. Its words never repeat the text: a password may be in it."""
    scheme, _, rest = text.partition("://")
    if scheme in ("valkey", "valkeys"):
        raise ValueError(f"write '{_SAME[scheme]}://': it is the same protocol")
    if "sentinel" in scheme or "cluster" in scheme:
        raise ValueError(f"sentinels and clusters are not spoken to; {_ELSEWHERE}")
    if scheme not in ("redis", "rediss", "unix"):
        raise ValueError("it must begin with 'redis://', 'rediss://' or 'unix://'")
    if scheme != "unix" and "," in rest.partition("/")[0].rpartition("@")[2]:
        raise ValueError(f"it names several hosts; {_ELSEWHERE}")
    try:
        _ = urlsplit(text).port
    except ValueError as e:
        raise ValueError("its host or port cannot be read; write 'redis://HOST:PORT'") from e
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
