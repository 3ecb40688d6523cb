"""Which databases are there, and which of them is meant? Destination, SNI and Host must all agree."""

from collections.abc import Iterator, Mapping
from typing import Final

from vecgate.domain.upstream import Upstream
from vecgate.settings.upstreams import UpstreamSettings

#: Reverse mode names an upstream instead of addressing it; this name never resolves (RFC 6761 section 6.4).
REVERSE_SUFFIX: Final = ".vecgate.invalid"


def _destination(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.strip("[]").lower(), int(port)


def host_name(header: str) -> str:
    """The name in a Host header, in lower case, without port and brackets (RFC 9110 section 7.2)."""
    name = header.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0] if name.count(":") <= 1 else name


class Registry:
    """All registered databases. Raises ValueError for a destination that is not `address:port`."""

    def __init__(self, upstreams: Mapping[str, UpstreamSettings]) -> None:
        self._by_name = {
            name: Upstream(
                name=name,
                dialect=spec.dialect,
                hosts=frozenset(h.lower() for h in spec.hosts),
                destinations=frozenset(map(_destination, spec.destinations)),
                url=spec.url,
                server_name=spec.server_name,
                ca=spec.ca,
                timeout=spec.timeout,
                grpc_url=(spec.grpc_url or spec.url) if spec.grpc else "",
            )
            for name, spec in upstreams.items()
        }

    def __iter__(self) -> Iterator[Upstream]:
        return iter(self._by_name.values())

    def get(self, name: str) -> Upstream:
        """The upstream of that name. Raises KeyError."""
        return self._by_name[name]

    def match(self, destination: tuple[str, int], sni: str | None, host: str) -> Upstream | None:
        """The one upstream that destination, TLS name and Host header all mean, or None.

        The destination is the kernel's (transparent), the client's CONNECT target (regular), or the
        upstream's own name under REVERSE_SUFFIX. A client that connects to a bare address sends no SNI
        (RFC 6066 section 3); then the Host header alone has to be a registered name.
        """
        address, port = destination[0].lower(), destination[1]
        for upstream in self._by_name.values():
            named = address == f"{upstream.name}{REVERSE_SUFFIX}"
            if not named and (address, port) not in upstream.destinations:
                continue
            if host not in upstream.hosts or (sni is not None and sni.lower() not in upstream.hosts):
                continue
            return upstream
        return None

    def speaks_grpc(self, sni: str | None) -> bool:
        """Whether gRPC is spoken by a database of that TLS name; None: its client sends none, and may mean any."""
        return any(one.grpc_url and (sni is None or sni.lower() in one.hosts) for one in self._by_name.values())

    def at(self, destination: tuple[str, int]) -> Upstream | None:
        """The only upstream that is called there, whatever its name; None where there are several, or none."""
        address, port = destination[0].lower(), destination[1]
        found = [
            upstream
            for upstream in self._by_name.values()
            if address == f"{upstream.name}{REVERSE_SUFFIX}" or (address, port) in upstream.destinations
        ]
        return found[0] if len(found) == 1 else None
