"""vecgate mask: what is personal in these texts, why, and what should not be. Needs no gateway and no settings.

With --profile the gateway is asked, with your login token, what a write of these texts would store: for clients that
embed a text before they write it. They write what is printed, with the vector of what is printed.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vecgate.cli import OK
from vecgate.cli._masked import preview
from vecgate.domain.profiles import SENSITIVITIES
from vecgate.refusals.errors import VecgateError

if TYPE_CHECKING:
    from vecgate.cli import Subparsers


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate mask`."""
    parser = subparsers.add_parser(
        "mask", help="find personal data in texts, and tell why", description=__doc__, allow_abbrev=False
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--spans", action="store_true", help='JSON lines {"id", "text"} in, {"id", "spans"} out')
    what.add_argument("--explain", nargs="?", const="-", metavar="TEXT", help="which rule finds what in it, and why")
    what.add_argument("--suggest", action="store_true", help="allow: entries for reviewed false alarms")
    what.add_argument("--profile", metavar="NAME", help="ask the gateway what a write masked with it would store")
    parser.add_argument("texts", metavar="TEXT", nargs="*", help="with --profile: a text; left out: read")
    parser.add_argument(
        "--sensitivity", choices=SENSITIVITIES, default="normal", help="how readily the model sees a name"
    )
    parser.add_argument("--all", action="store_true", help="also what is masked only where a profile asks for it")
    parser.add_argument(
        "--json",
        action="store_true",
        help='as JSON; with --profile: lines {"text", "metadata"} in and out',
    )
    parser.add_argument("--file", type=Path, help="read this file; left out: the standard input")
    parser.add_argument("--model", help="package of the NER model; left out: the one vecgate is tested with")
    parser.add_argument("--model-sha256", metavar="DIGEST", help="digest of its files, if it is another one")
    preview.options(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """0: done. A bad line or a model that cannot be used raises VecgateError."""
    if args.profile is not None:
        return preview.run(args)
    if args.texts:
        raise VecgateError("texts are given with --profile; without it they are read")
    # Before numpy is loaded: more threads burn twice the CPU for the same answer.
    os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    from vecgate.cli._masked import lines  # the model's library takes its time; --help does not need it

    source = args.file.open("rb") if args.file else sys.stdin.buffer
    with source:
        if args.spans:
            lines.spans(lines.detector(args), source, sys.stdout, args)
        elif args.suggest:
            lines.suggest(source, sys.stdout)
        else:
            text = source.read().decode() if args.explain == "-" else args.explain
            lines.explain(lines.detector(args), text, sys.stdout, args)
    return OK
