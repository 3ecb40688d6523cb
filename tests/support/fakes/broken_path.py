"""The request path with a step that fails on demand. Run with: mitmweb -s tests/support/fakes/broken_path.py

The file that VECGATE_TEST_BREAK names says which: `STEP HOOK`, such as `decide on_request`. Empty: none fails.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from gateway import addons as path
from vecgate.steps._base import Step

SECRET: Final = "jane.doe@example.com said her password is hunter2"
HOOKS: Final = ("on_request", "on_answer", "on_end")
FAILURES: Final[dict[str, type[BaseException]]] = {"raise": RuntimeError, "cancel": asyncio.CancelledError}
_ORDERS: Final = Path(os.environ["VECGATE_TEST_BREAK"])


def failing(step: Step, hook: str) -> Callable[..., Awaitable[Any]]:
    """The step's own work, with a failure before it when it is ordered."""
    work = getattr(step, hook)

    async def run(*given: Any) -> Any:
        match _ORDERS.read_text("utf-8").split():
            case [step.name, ordered, failure] if ordered == hook:
                raise FAILURES[failure](SECRET)
        return await work(*given)

    return run


for _step in path:
    if isinstance(_step, Step):
        for _hook in HOOKS:
            setattr(_step, _hook, failing(_step, _hook))

addons = path
