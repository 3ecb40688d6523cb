"""vecgate run: the gateway as processes of its own."""

import argparse
import os
import resource
from typing import Final

from vecgate.processes import jobs
from vecgate.settings import file as settings_file

FILES: Final = 65_536


def _workers(text: str) -> int:
    if text == "auto":
        return jobs.cores()
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError("a number from 1 to 256, or 'auto'")
    return int(text)


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `vecgate run`."""
    parser = subparsers.add_parser("run", help="run the gateway", description=__doc__)
    modes = ("transparent", "reverse", "regular")
    parser.add_argument("--mode", choices=modes, default="reverse", help="how clients reach it")
    parser.add_argument(
        "--workers", type=_workers, default="auto", help="how many processes share the work; auto: one for each core"
    )
    parser.add_argument("--settings", help=f"settings file; left out: {settings_file.ENVIRONMENT_NAME}")
    parser.add_argument("--web", action="store_true", help="show flows of all workers, masked, in a read-only mitmweb")
    parser.set_defaults(func=run)


def more_files() -> None:
    """Let this process and its children open as many files as they may: each client connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def no_cores() -> None:
    """Let a crash leave no copy of this process's memory, nor of its children's: tokens, keys and texts are in it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(args: argparse.Namespace) -> int:
    """Start it; returns when it has been stopped. One worker without a viewer needs no supervisor."""
    if args.settings:
        os.environ[settings_file.ENVIRONMENT_NAME] = args.settings
    settings = settings_file.from_environment()
    more_files()
    no_cores()
    if args.workers > 1 or args.web:
        return jobs.run(args.mode, settings, workers=args.workers, web=args.web)
    from vecgate.processes import (
        master as process,  # mitmproxy takes a second to import; the supervisor does not need it
    )

    return process.run(args.mode, settings)
