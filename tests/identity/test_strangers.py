"""How many wrong tokens may come from an address, and when it may ask again."""

import pytest

from support.fakes.clock import Clock
from vecgate.identity import strangers
from vecgate.identity.strangers import BURST, SECONDS_EACH, Strangers


def wrong(these: Strangers, address: str, times: int) -> None:
    for _ in range(times):
        these.was_wrong(address)


def test_a_burst_is_let_through_and_then_one_at_a_time() -> None:
    clock = Clock(0.0)
    these = Strangers(clock)
    wrong(these, "10.0.0.1", int(BURST) - 1)
    assert these.may_ask("10.0.0.1")
    wrong(these, "10.0.0.1", 1)
    assert not these.may_ask("10.0.0.1")
    clock.at += SECONDS_EACH
    assert these.may_ask("10.0.0.1")
    wrong(these, "10.0.0.1", 1)
    assert not these.may_ask("10.0.0.1")
    assert these.may_ask("10.0.0.2")


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("", "", True),
    ],
)
def test_a_host_is_one_however_it_writes_its_address(one: str, other: str, are_one: bool) -> None:
    these = Strangers(Clock(0.0))
    wrong(these, one, int(BURST))
    assert these.may_ask(other) is not are_one


def test_so_many_addresses_are_known_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "ADDRESSES", 3)
    these = Strangers(Clock(0.0))
    for number in range(10):
        wrong(these, f"10.0.0.{number}", int(BURST))
    assert len(these._full_at) == 3
    assert not these.may_ask("10.0.0.9")
