"""A real Elasticsearch 8.19 with its security, from published Maven artifacts (97 MB): TLS, users, API keys, roles.

Users and keys lie in an index whose words are cut by a module that is not published: `Words` stands in for it.
"""

import base64
import http.client
import json
import os
import shutil
import ssl
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from demo import certs
from support.lucene import java
from support.servers import elasticsearch

#: Its administrator, from a file; the hash is its own tool's.
KEEPER: Final = ("keeper", "adminpass")
_HASH: Final = "$2a$10$KS3vgAp75rqQ.BD2eq6muu0ev6N0mj.7XfW6Zwek9n3tHS3gNKfUa"
_HERE: Final = Path(__file__).parent
_MODULES: Final = ("transport-netty4", "x-pack-core", "x-pack-security")
_WORDS: Final = f"""description=what users are analysed by
version={elasticsearch.VERSION}
name=words
java.version=17
elasticsearch.version={elasticsearch.VERSION}
classname=Words
"""


def _modules(home: Path) -> None:
    """Those of the distribution, each in its folder; on a class path there are no modules of Java, so none is named."""
    (packed,) = (home / "lib").glob("elasticsearch-*.zip")
    with zipfile.ZipFile(packed) as inside:
        for name in inside.namelist():
            folder, _, file = name.partition("/modules/")[2].partition("/")
            if folder in _MODULES and file and not file.endswith("/"):
                made = home / "modules" / folder / file
                made.parent.mkdir(parents=True, exist_ok=True)
                made.write_bytes(inside.read(name))
    for name in _MODULES:
        told = home / "modules" / name / elasticsearch.TOLD
        lines = told.read_text("utf-8").splitlines()
        told.write_text("\n".join(line for line in lines if not line.startswith("modulename")), "utf-8")
    packed.unlink()
    words = home / "modules" / "words"
    words.mkdir(exist_ok=True)
    shutil.copy(_HERE / "Words.java", home / "Words.java")
    subprocess.run(
        ["javac", "-nowarn", "-cp", f"{home / 'lib'}/*", "-d", str(words), "Words.java"],
        cwd=home,
        check=True,
        timeout=300,
    )
    classes = [one.name for one in words.glob("*.class")]
    subprocess.run(["jar", "cf", "words.jar", *classes], cwd=words, check=True, timeout=60)
    (words / elasticsearch.TOLD).write_text(_WORDS, "utf-8")


MADE: Final = java.Made("Elasticsearch-secured", elasticsearch.VERSION, _HERE, "EsNode", _modules, _HERE.parent)


def missing() -> str:
    """Why it cannot run here; empty: it can."""
    return java.missing(MADE)


@dataclass(frozen=True)
class Secured:
    """It: where, and what its certificate is trusted by."""

    url: str
    ca: Path

    def ask(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        """What it answers to a call with that `Authorization`; with none, to the administrator's."""
        host = self.url.rpartition("/")[2]
        headers = {"authorization": key or basic(*KEEPER)}
        raw = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
        if raw is not None:
            headers["content-type"] = "application/json"
        line = http.client.HTTPSConnection(host, context=ssl.create_default_context(cafile=str(self.ca)), timeout=60)
        try:
            line.request(method, path, raw, headers)
            reply = line.getresponse()
            said = reply.read()
            return reply.status, json.loads(said) if said[:1] in (b"{", b"[") else said.decode()
        finally:
            line.close()


def basic(name: str, password: str) -> str:
    """That login, as it is sent."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@contextmanager
def running_secured(folder: Path) -> Iterator[Secured]:
    """It, once it answers its administrator; gone when the block ends, and what it holds."""
    config = folder / "node" / "config"
    config.mkdir(parents=True)
    ca = certs.make_ca(config, "an Elasticsearch of a test")
    certs.make_server(config, "node", ("localhost", "127.0.0.1"))
    (config / "users").write_text(f"{KEEPER[0]}:{_HASH}\n", "utf-8")
    (config / "users_roles").write_text(f"superuser:{KEEPER[0]}\n", "utf-8")
    told = {
        "path.repo": str(folder / "repo"),
        "xpack.security.enabled": "true",
        "xpack.security.authc.api_key.enabled": "true",
    }
    told |= {"xpack.security.enrollment.enabled": "false", "xpack.security.transport.ssl.enabled": "false"}
    told |= {f"xpack.security.http.ssl.{name}": value for name, value in (("enabled", "true"), ("certificate", "node.pem"), ("key", "node.key"))}  # fmt: skip

    def command(home: Path, port: int, transport: int) -> list[str]:
        path = os.pathsep.join([str(home), f"{home / 'lib'}/*"])
        said = [f"{name}={value}" for name, value in told.items()]
        return [*java.FLAGS, "-cp", path, "EsNode", str(home), str(folder / "node"), str(port), str(transport), *said]

    def ready(url: str) -> bool:
        try:
            return Secured(url, ca).ask("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s")[0] == 200
        except OSError:
            return False

    with java.running(MADE, folder, command, "https", ready) as url:
        yield Secured(url, ca)
