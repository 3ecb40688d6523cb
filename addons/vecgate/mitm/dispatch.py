"""Who is called for an event? A table, made once per event name; and a failing hook closes instead of opening.

mitmproxy asks every addon for every event, twice (the second time for `update`), inside a context manager that
logs exceptions and goes on: half of the time of a small request, and the reason why it fails open. In our own
process the addons never change after the start, so the table is made once.
"""

import logging
import traceback
from collections.abc import Callable
from typing import Any, Final

from mitmproxy import exceptions, flow, hooks, http
from mitmproxy.addonmanager import AddonManager

from vecgate.refusals.catalogue import refuse
from vecgate.steps._base import EXCHANGES, attempt, is_idle, show, together

log = logging.getLogger(__name__)

type Hook = Callable[..., Any]

#: Events that carry a request: when one of their hooks fails, the client gets a refusal.
_REQUEST_EVENTS: Final = frozenset({"requestheaders", "request", "responseheaders", "response", "http_connect"})


_UPDATE: Final = hooks.UpdateHook.name


class Dispatcher(AddonManager):
    """An AddonManager that looks its hooks up once. Adding or removing an addon forgets the table."""

    def __init__(self, master: Any) -> None:
        self._table: dict[str, tuple[Hook, ...]] = {}
        super().__init__(master)  # type: ignore[no-untyped-call]

    def register(self, addon: Any) -> Any:
        """As AddonManager.register."""
        self._table = {}
        registered = super().register(addon)  # type: ignore[no-untyped-call]
        self._table = {}
        return registered

    def remove(self, addon: Any) -> None:
        """As AddonManager.remove."""
        super().remove(addon)  # type: ignore[no-untyped-call]
        self._table = {}

    def add(self, *addons: Any) -> None:
        """As AddonManager.add."""
        super().add(*addons)  # type: ignore[no-untyped-call]
        self._table = {}

    def clear(self) -> None:
        """As AddonManager.clear."""
        super().clear()  # type: ignore[no-untyped-call]
        self._table = {}

    def hooks_of(self, event: hooks.Hook) -> tuple[Hook, ...]:
        """The hooks for this kind of event that do something, in the order of the chain; of neighbouring steps one."""
        found = self._table.get(event.name)
        if found is None:
            all_hooks = (hook for top in self.chain for _, hook in self._iter_hooks(top, event))
            found = tuple(together(hook for hook in all_hooks if not is_idle(hook)))
            self._table[event.name] = found
        return found

    async def trigger_event(self, event: hooks.Hook) -> None:
        """Call every hook. AddonHalt ends the round, OptionsError is the caller's; anything else closes the flow."""
        await self._round(event, event.args())

    async def _round(self, event: hooks.Hook, arguments: list[Any]) -> None:
        for hook in self.hooks_of(event):
            try:
                error = await attempt(hook, arguments)
            except exceptions.AddonHalt:
                return
            if error is not None:
                self._close(event, error)

    async def handle_lifecycle(self, event: hooks.Hook) -> None:
        """As AddonManager.handle_lifecycle; `update` is only sent where somebody listens."""
        arguments = event.args()
        await self._round(event, arguments)
        if self._table.get(_UPDATE) == ():
            return
        about = arguments[0]
        if isinstance(about, flow.Flow) and self.hooks_of(hooks.UpdateHook([about])):
            await self.trigger_event(hooks.UpdateHook([about]))

    def _close(self, event: hooks.Hook, e: Exception) -> None:
        place = "".join(traceback.format_tb(e.__traceback__)[-3:])
        log.error("hook %s failed: %s\n%s", event.name, type(e).__name__, place)
        about = event.args()[0] if event.args() else None
        if event.name not in _REQUEST_EVENTS or not isinstance(about, http.HTTPFlow):
            return
        exchange = EXCHANGES.get(about)
        refusal = refuse("gate.failed", step=event.name)
        if exchange is not None:
            exchange.refusal = exchange.refusal or refusal
            refusal = exchange.refusal
        show(about, None, exchange, refusal)
