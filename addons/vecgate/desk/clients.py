"""What do official clients read (environment variables), by database? `clients.toml` of its dialect's folder says.

They are data, so that a desk knows them without the dialects, which are parts of the gateway.
"""

import os
import ssl
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from vecgate.desk import places
from vecgate.desk.places import DeskFailed

FILE: Final = "clients.toml"
_DIALECTS: Final = Path(__file__).resolve().parents[1] / "dialects"
_LONGEST: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Clients:
    """Of one database. `direct`: they are sent on to the gateway's own address, so nothing can stand before it."""

    environment: Mapping[str, str]
    code: Mapping[str, str]
    direct: bool = False


def names() -> list[str]:
    """The databases whose clients are known."""
    return sorted(file.parent.name for file in _DIALECTS.glob(f"*/{FILE}"))


#: Who reads a file of all CAs by which name: Python and OpenSSL, requests, curl, gRPC of Python and Node.
_BUNDLES: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH")


def of(dialect: str) -> Clients:
    """Those of one. Raises DeskFailed."""
    if dialect not in names():
        raise DeskFailed(f"no clients of '{dialect}' are known here; there are {', '.join(names())}")
    return Clients(**tomllib.loads((_DIALECTS / dialect / FILE).read_text("utf-8")))


def filled(template: str, words: Mapping[str, str]) -> str:
    """The template with each {word} that is known in its place; other braces are the language's own."""
    for name, value in words.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def environment(dialect: str, url: str, token: str, ca: str, trusted: str) -> dict[str, str]:
    """All that is set for them; `trusted`: a file of all CAs, that of the gateway among them. Raises DeskFailed."""
    parts = urlsplit(url)
    words = {"url": url, "host": parts.hostname or "", "port": str(parts.port or 443), "token": token}
    made = {"VECGATE_GATEWAY": url, "VECGATE_TOKEN": token}
    if ca:
        made |= {"VECGATE_CA": ca, "NODE_EXTRA_CA_CERTS": ca} | dict.fromkeys(_BUNDLES, trusted)
    own = of(dialect).environment if dialect else {}
    return made | {name: filled(value, words) for name, value in own.items()}


def code(dialect: str, url: str) -> dict[str, str]:
    """What is left to write, by language. Raises DeskFailed."""
    parts = urlsplit(url)
    words = {"url": url, "host": parts.hostname or "", "port": str(parts.port or 443)}
    return {language: filled(line, words) for language, line in of(dialect).code.items()}


def bundle(ca: str, to: Path) -> str:
    """A file of the CAs that programs trust here, and this one: what SSL_CERT_FILE names takes the place of all."""
    paths = ssl.get_default_verify_paths()
    base: Any = os.environ.get(paths.openssl_cafile_env) or paths.cafile or paths.openssl_cafile
    texts = []
    for path in (ca, base):
        try:
            with Path(path).open(encoding="utf-8") as file:
                texts.append(file.read(_LONGEST))
        except (OSError, UnicodeDecodeError) as e:
            if path == ca:
                raise DeskFailed(f"the gateway's CA {ca} cannot be read") from e
    places.write(to, "\n".join(texts))
    return str(to)
