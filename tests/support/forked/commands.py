"""Why does a test's command answer at once? It is forked off the process that gateways are forked off (gateways.py), too.

What is forked is `python -m vecgate.cli` from its first line on, with the arguments, the environment and the files that it would
have had. Where the start of a command is what is tested, it starts as ever.
"""

import subprocess
import tempfile
from collections.abc import Mapping

from demo.gateway import Gateway
from demo.stack import Stack
from support.forked.gateways import forked


def run(
    words: list[str], environment: Mapping[str, str], *, stdin: str = "", timeout: float = 180
) -> subprocess.CompletedProcess[str]:
    """`vecgate WORDS...`, to its end."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        given.write(stdin.encode())
        given.seek(0)
        child = forked(["vecgate.cli", *words], environment, (given, said, complained))
        try:
            code = child.wait(timeout)
        except BaseException:
            child.kill()
            raise
        for file in (said, complained):
            file.seek(0)
        return subprocess.CompletedProcess(words, code, said.read().decode(), complained.read().decode())


def vecgate(stack: Stack, gateway: Gateway, *words: str, token: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the CLI as a person would, who asks this gateway."""
    environment = {
        "VECGATE_SETTINGS": str(stack.settings_path),
        "VECGATE_GATEWAY": gateway.url,
        "VECGATE_CA": str(gateway.ca),
        "PATH": "/usr/bin:/bin",
        **({"VECGATE_TOKEN": token} if token else {}),
    }
    return run([*words], environment, timeout=60)
