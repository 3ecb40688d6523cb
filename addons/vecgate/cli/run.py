"""vecgate run: the gateway as a process of its own."""

import argparse
import os

from vecgate import settings as settings_file


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `vecgate run`."""
    parser = subparsers.add_parser("run", help="run the gateway", description=__doc__)
    modes = ("transparent", "reverse", "regular")
    parser.add_argument("--mode", choices=modes, default="reverse", help="how clients reach it")
    parser.add_argument("--settings", help=f"settings file; left out: {settings_file.ENVIRONMENT_NAME}")
    parser.add_argument("--web", action="store_true", help="show flows, masked, in a read-only mitmweb")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Start it; returns when it has been stopped."""
    if args.settings:
        os.environ[settings_file.ENVIRONMENT_NAME] = args.settings
    settings = settings_file.from_environment()
    from vecgate.proxy import process  # mitmproxy takes a second to import; other commands do not need it

    process.run(args.mode, settings, web=args.web)
    return 0
