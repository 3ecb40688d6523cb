"""A real Elasticsearch 8.19, from published Maven artifacts: of its modules only the one that speaks HTTP is published.

So it has no security, no deletes by query, no scripts, no rrf; and what `GET /` answers is a stand-in.
"""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from support.lucene import java

VERSION: Final = "8.19.5"
TOLD: Final = "plugin-descriptor.properties"
_HTTP: Final = "transport-netty4"
_ROOT: Final = f"""description=what GET / answers
version={VERSION}
name=root
java.version=17
elasticsearch.version={VERSION}
classname=EsNode$Root
"""


def _modules(home: Path) -> None:
    """A module is a folder: its jars, which must not be on the class path, and what tells of it."""
    http, root, lib = home / "modules" / _HTTP, home / "modules" / "root", home / "lib"
    for folder in (http, root):
        folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(lib / f"{_HTTP}-{VERSION}.jar") as packed:
        told = packed.read(f"META-INF/es-plugins/{_HTTP}/{TOLD}").decode().splitlines()
    # Without a module of Java, as then it would look for others of them.
    (http / TOLD).write_text("\n".join(line for line in told if not line.startswith("modulename")), "utf-8")
    for jar in (*lib.glob("netty-*.jar"), *lib.glob(f"{_HTTP}-*.jar")):
        shutil.move(jar, http / jar.name)
    (root / TOLD).write_text(_ROOT, "utf-8")
    names = ["EsNode$Root.class", "EsNode$Hello.class"]
    subprocess.run(["jar", "cf", str(root / "root.jar"), *names], cwd=home, check=True, timeout=60)
    for name in names:
        (home / name).unlink()


MADE: Final = java.Made("Elasticsearch", VERSION, Path(__file__).parent, "EsNode", _modules)


def missing() -> str:
    """Why it cannot run here; empty: it can."""
    return java.missing(MADE)


@contextmanager
def running_elasticsearch(folder: Path, **settings: str) -> Iterator[str]:
    """Its URL, once it answers; what it holds is gone when the block ends, and so is it, if it has `settings`: its own, with `__` for dots."""
    told = [f"path.repo={folder / 'repo'}", *(f"{name.replace('__', '.')}={value}" for name, value in settings.items())]

    def command(home: Path, port: int, transport: int) -> list[str]:
        path = os.pathsep.join([str(home), f"{home / 'lib'}/*"])
        return [*java.FLAGS, "-cp", path, "EsNode", str(home), str(folder / "node"), str(port), str(transport), *told]

    def start() -> AbstractContextManager[str]:
        return java.running(MADE, folder, command)

    with start() if settings else java.kept(MADE, start) as url:
        yield url
