"""Where does the gateway listen, and what is said of it at the start? What one needs to point a client at it."""

import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from vecgate import __version__
from vecgate.settings.file import Settings
from vecgate.telemetry.readings import observing

_GIVEN: Final = "mitmproxy-ca.pem"
_MADE: Final = "mitmproxy-ca-cert.pem"


def placed(mode: str, settings: Settings) -> Settings:
    """The settings, with the address that a mode listens on.

    In transparent mode connections come redirected to an address of this host's: with none named it listens on all.
    """
    if mode != "transparent" or "host" in settings.listen.model_fields_set:
        return settings
    return settings.model_copy(update={"listen": settings.listen.model_copy(update={"host": ""})})


def on_loopback(host: str) -> bool:
    """Whether only this host itself gets there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def trusted(folder: Path) -> Path:
    """The file that clients trust. Made with the CA at the first start; with a CA that was given, in its own file."""
    return folder / (_MADE if (folder / _MADE).exists() or not (folder / _GIVEN).exists() else _GIVEN)


def lines(mode: str, settings: Settings, workers: int) -> Iterator[str]:
    """What is said at the start."""
    host, port = settings.listen.host, settings.listen.port
    place = f"[{host}]" if ":" in host else host or "*"
    yield f"vecgate {__version__}, {mode} mode, {workers} {'worker' if workers == 1 else 'workers'}"
    if mode == "reverse":
        for i, name in enumerate(sorted(settings.upstreams)):
            yield f"{name}: {place}:{port + i}, for clients that ask for {', '.join(settings.upstreams[name].hosts)}"
    else:
        last = port + workers - 1 if mode == "transparent" else port
        yield f"listens on {place}:{port}{f' to {last}' if last > port else ''}"
    yield f"clients trust the certificate in {trusted(settings.listen.certificate_folder)}"
    if mode != "reverse":
        for name in sorted(n for n, upstream in settings.upstreams.items() if not upstream.destinations):
            yield f"{name}: no client reaches it in {mode} mode, as it has no 'destinations' in the settings"


def warnings(mode: str, settings: Settings) -> Iterator[str]:
    """What is probably not meant."""
    if said := observing(settings, time.time()):
        yield f"{said}: settings, 'mode'"
    host = settings.listen.host
    if mode == "transparent" and on_loopback(host):
        said = f"listen.host is {host}: connections of other hosts, redirected by an interface, are refused there"
        yield f"{said}. Leave it out, or say 0.0.0.0; with scripts/transparent up --local-group it is right"
