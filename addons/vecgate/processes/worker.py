"""python -m vecgate.processes.worker: one worker of several, started and told what to do by the supervisor."""

import argparse
import logging
import sys
from pathlib import Path

from vecgate.processes import master as process
from vecgate.processes.child import CANNOT_START
from vecgate.processes.leash import Leash
from vecgate.refusals.errors import VecgateError
from vecgate.settings import file as settings_file
from vecgate.state import worker_number as place

log = logging.getLogger(__name__)


def main(argv: list[str] | None = None) -> int:
    """Run until told to stop, or until the supervisor is gone. Mode and number are on the command line, for `ps`."""
    parser = argparse.ArgumentParser("vecgate.processes.worker", description=__doc__)
    parser.add_argument("--mode", choices=("transparent", "reverse", "regular"), required=True)
    parser.add_argument("--worker", type=int, required=True)
    args = parser.parse_args(argv)
    try:
        leash = Leash.take()
        place.take(_place(args.worker, leash))
        return process.run(args.mode, settings_file.from_environment(), leash=leash)
    except VecgateError as e:
        print(f"vecgate: worker {args.worker}: {e}", file=sys.stderr)  # noqa: T201 - there is no log yet
        return CANNOT_START


def _place(index: int, leash: Leash) -> place.WorkerNumber:
    told = leash.told
    feed = told.get("feed")
    return place.WorkerNumber(
        index=index,
        count=int(told["workers"]),
        restarts=int(told["restarts"]),
        feed=Path(feed) if feed else None,
        hash_key=bytes.fromhex(told["hash_key"]),
    )


if __name__ == "__main__":
    sys.exit(main())
