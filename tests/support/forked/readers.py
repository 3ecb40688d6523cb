"""Why does a test's reader of texts start at once? It is forked off a process that has its model loaded and has read nothing.

python -P -m support.forked.readers SOCKET     two files come in over a connection, its input and its output
"""

import functools
import os
import signal
import socket
import sys
import threading

from support.forked.gateways import OWN, serve
from vecgate.masking.detect import worker
from vecgate.masking.detect.model import Model


def _end_with(line: socket.socket) -> None:
    """Be gone when what stands for this (stand.py) is."""
    line.recv(1)
    os.kill(os.getpid(), signal.SIGKILL)


def main(path: str) -> int:
    model = functools.cache(Model)
    model(OWN, None)
    vars(worker)["Model"] = model
    _, files, line = serve(path)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    threading.Thread(target=_end_with, args=(line,), daemon=True).start()
    return worker.main(OWN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
