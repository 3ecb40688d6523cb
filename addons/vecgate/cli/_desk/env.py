"""vecgate env: print what the official clients of a database need: the gateway's address, its CA, a token.

    eval "$(vecgate env --upstream tickets-db)"

Below stands, as comments, what is left to write in code. The token ends, mostly within minutes: for programs that run
longer there is 'vecgate exec'.
"""

import argparse
import json
import shlex
from typing import TYPE_CHECKING

from vecgate.cli._desk._upstream import meant, upstream_options
from vecgate.cli._gateway import read_token
from vecgate.desk import clients, places

if TYPE_CHECKING:
    from vecgate.cli import Subparsers


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate env`."""
    words = "print what the official clients of a database need"
    parser = subparsers.add_parser("env", help=words, description=__doc__, allow_abbrev=False)
    upstream_options(parser, required=True)
    parser.add_argument("--json", action="store_true", help="print it as JSON, with the code that is left to write")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print it. Raises VecgateError."""
    found, token = meant(args), read_token(args.token_file).reveal()
    trusted = clients.bundle(found.ca, places.folder() / "trusted.pem") if found.ca else ""
    made = clients.environment(found.dialect, found.url, token, found.ca, trusted)
    code = clients.code(found.dialect, found.url)
    if args.json:
        print(json.dumps({"environment": made, "code": code}, indent=2))
        return 0
    print("\n".join(f"export {name}={shlex.quote(value)}" for name, value in made.items()))
    print("\n".join(f"# {language}: {line}" for language, line in code.items()))
    return 0
