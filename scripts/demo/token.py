"""python -m demo.token NAME: a fresh login token of one of the demo's people, from the stack that runs."""

import argparse
import http.client
import json
import sys
from pathlib import Path

from demo import bao_setup
from demo.bao import Bao, BaoRefused
from demo.gateway import REPOSITORY


class NotRunning(RuntimeError):
    """There is no stack in that folder that could give a token."""


def running(folder: Path) -> Bao:
    """The OpenBao of the stack in that folder, as somebody beside it sees it. Raises NotRunning."""
    try:
        ports = json.loads((folder / "ports.json").read_text("utf-8"))
        passwords = json.loads((folder / "secrets" / "passwords.json").read_text("utf-8"))
    except OSError as e:
        raise NotRunning(f"nothing was started in {folder} yet: run scripts/run") from e
    nowhere = folder / "logs" / "unused"
    return Bao(folder / "bao", folder / "secrets", nowhere, ports["bao"], ports["bao_cluster"], passwords)


def token(folder: Path, name: str) -> str:
    """Their token. Raises NotRunning."""
    try:
        return running(folder).token(name)
    except (OSError, http.client.HTTPException, BaoRefused) as e:
        raise NotRunning(f"the stack in {folder} does not answer: is scripts/run running?") from e


def main(argv: list[str] | None = None) -> int:
    """The command: the token alone on a line, for `export ALICE=$(scripts/token alice)`."""
    people = ", ".join(f"{name} ({group})" for name, group in bao_setup.PEOPLE.items())
    parser = argparse.ArgumentParser(
        "scripts/token", description=f"A login token of one of the demo's people: {people}."
    )
    parser.add_argument("name", choices=tuple(bao_setup.PEOPLE), help="whose")
    parser.add_argument("--folder", type=Path, default=REPOSITORY / ".vecgate", help="of the stack, as for scripts/run")
    args = parser.parse_args(argv)
    try:
        print(token(args.folder.resolve(), args.name))
    except NotRunning as e:
        print(f"scripts/token: {e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
