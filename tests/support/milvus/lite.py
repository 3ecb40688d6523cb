"""A milvus-lite for tests, from its wheel in a locked environment of its own: a server of gRPC alone, which asks nobody for a login."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.tools.families import FAMILIES, environment


@contextmanager
def running_lite(folder: Path) -> Iterator[str]:
    """Where it listens, in the clear; skips by name where its packages cannot be had."""
    command = [*environment("milvus_lite"), str(FAMILIES / "milvus_lite" / "serve.py"), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            told = json.loads(process.stdout.readline() or b"{}")
            if not told:
                raise RuntimeError("the server did not start")
            yield f"http://127.0.0.1:{told['port']}"
        finally:
            process.stdin.close()
            process.wait(timeout=60)
