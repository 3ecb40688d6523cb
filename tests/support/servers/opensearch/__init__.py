"""A real OpenSearch 2.19.6 with k-NN and hybrid queries for tests, from its published Maven artifacts (68 MB): one node on free loopback ports."""

import os
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from support.lucene import java

VERSION: Final = "2.19.6"
_SETTINGS: Final = ("indices.query.bool.max_clause_count=1024",)
#: Hybrid queries and what brings their scores together; its other queries want models, which are not there. The newest published.
_HYBRID: Final = "+org.opensearch.neuralsearch.plugin.NeuralSearch"


def _unzipped(home: Path) -> None:
    for packed in (home / "lib").glob("*.zip"):
        with zipfile.ZipFile(packed) as inside:
            inside.extractall(home / "knn", [name for name in inside.namelist() if name.endswith(".jar")])


MADE: Final = java.Made("OpenSearch", VERSION, Path(__file__).parent, "OsNode", _unzipped)


def missing() -> str:
    """Why it cannot run here; empty: it can."""
    return java.missing(MADE)


@contextmanager
def running_opensearch(folder: Path, **settings: str) -> Iterator[str]:
    """Its URL, once it answers; what it holds is gone when the block ends, and so is it, if it has `settings`: its own, with `__` for dots."""
    told = [f"path.repo={folder / 'repo'}", *(f"{name.replace('__', '.')}={value}" for name, value in settings.items())]

    def command(home: Path, port: int, transport: int) -> list[str]:
        path = os.pathsep.join([str(home), f"{home / 'lib'}/*", f"{home / 'knn'}/*"])
        return [
            *java.FLAGS,
            "-cp",
            path,
            "OsNode",
            str(folder / "node"),
            str(port),
            str(transport),
            _HYBRID,
            *_SETTINGS,
            *told,
        ]

    def start() -> AbstractContextManager[str]:
        return java.running(MADE, folder, command)

    with start() if settings else java.kept(MADE, start) as url:
        yield url
