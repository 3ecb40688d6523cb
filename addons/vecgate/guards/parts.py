"""Which parts guard what is asked and given? What people have had and read, who is locked out, what was used once."""

from collections.abc import Iterable
from typing import Final, Self

from vecgate.access.due import UNREVIEWED
from vecgate.access.request import Request
from vecgate.guards.oracles import Oracles
from vecgate.guards.quarantine import Quarantine
from vecgate.settings.file import Settings
from vecgate.settings.issuers import Issuer
from vecgate.state.barred import Barred, Lock
from vecgate.state.budgets import Budgets
from vecgate.state.register import Register
from vecgate.state.store import Store
from vecgate.state.tokens.proofs import Proofs
from vecgate.state.used import Used


class GuardParts:
    """Made over one store; `open` starts to read who is locked out."""

    def __init__(self, store: Store, issuers: Iterable[Issuer] = (), register: Register | None = None) -> None:
        self.budgets = Budgets(store)
        self.register: Final = register or Register()
        self.barred = Barred(store, register=self.register)
        self.barred.ended.matters = any(issuer.logout_audience for issuer in issuers)
        self.quarantine = Quarantine()
        self.oracles = Oracles()
        self.used = Used(store)
        self.proofs = Proofs(store)

    @classmethod
    def of(cls, store: Store, settings: Settings) -> Self:
        """What the settings say."""
        return cls(store, settings.issuers, Register.of(settings))

    async def unreviewed(self, one: Request) -> None:
        """Lock out whoever broke glass that nobody has reviewed in time. Raises Unavailable('state')."""
        await self.barred.bar(Lock(one.user, one.user, UNREVIEWED, one.review_until, one.rule, "user"), durable=True)

    def open(self) -> None:
        """Start inside the running loop."""
        self.barred.open()
        self.used.open()

    async def close(self) -> None:
        await self.used.close()
        await self.barred.close()
