"""The parts that guard are made over one store, opened and closed together."""

from support.fakes.approvals import ALICE
from vecgate.guards.parts import GuardParts
from vecgate.settings.state import State
from vecgate.state.store import Store


async def test_without_a_server_it_opens_all_the_same_and_does_not_know_who_is_locked() -> None:
    store = Store(State(url="redis://127.0.0.1:1"))
    await store.open()
    parts = GuardParts(store)
    parts.open()
    assert parts.barred.stale
    assert parts.barred.of(ALICE) is None
    await parts.close()
    await store.close()
