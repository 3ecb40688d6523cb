"""How is what people open in a browser served? Options that are the same everywhere; to others over TLS only."""

import argparse
from typing import Any

import pytest

from support.tools.every import every
from vecgate.browsers import serving
from vecgate.refusals.errors import SettingsError


def told(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    serving.register(parser, 8470)
    return parser.parse_args(words)


@every(
    ("words", "is_fine"),
    [
        ((), True),
        (("--host", "localhost"), True),
        (("--host", "::1"), True),
        (("--host", "0.0.0.0"), False),
        (("--host", "10.0.0.4"), False),
        (("--host", "0.0.0.0", "--certificate", "c.pem", "--key", "k.pem"), True),
    ],
)
def test_others_reach_it_over_tls_only(words: tuple[str, ...], is_fine: bool) -> None:
    if is_fine:
        serving.check(told(*words))
        return
    with pytest.raises(SettingsError, match="--certificate"):
        serving.check(told(*words))


@every(("front", "believed"), [("", False), ("10.0.0.4", True)])
def test_only_a_front_that_was_named_is_believed_about_who_comes(front: str, believed: bool) -> None:
    async def app(*_: Any) -> None:
        """Nothing."""

    found = serving.config(app, told("--port", "9"), front)
    assert (found.proxy_headers, found.forwarded_allow_ips) == (believed, front)
    assert (found.host, found.port, found.server_header, found.access_log) == ("127.0.0.1", 9, False, False)
    assert (found.limit_concurrency, found.timeout_graceful_shutdown) == (500, 5)
