"""A real login service, as the identity suite sees it: who says yes in its browser, which key it signs with, who logs out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vecgate.desk.answer import Login
from vecgate.desk.told import Client

USER = "alice"
GROUP = "analysts"
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Provider:
    """`told`: the gateway's settings of it. `agree`: alice says yes at the address that her terminal shows."""

    told: dict[str, Any]
    client: Client
    agree: Callable[[str], object]
    rotate: Callable[[], None]
    log_out: Callable[[Login], object]
