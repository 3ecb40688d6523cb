"""The time is looked at where a rule asks for it, and nowhere else."""

import time
from types import SimpleNamespace

import pytest

from support.fakes.policy_words import policies, rule
from vecgate.handling.circumstances import circumstances, source
from vecgate.policy.rules.circumstances import UNKNOWN


def gate(found, proxies=()):
    settings = SimpleNamespace(listen=SimpleNamespace(proxies=proxies))
    return SimpleNamespace(policies=SimpleNamespace(current=found), settings=settings)


def call(client, *forwarded):
    raw = SimpleNamespace(headers=tuple(("X-Forwarded-For", value) for value in forwarded))
    return SimpleNamespace(client=client, raw=raw)


@pytest.mark.parametrize("words", ["until: 2099-12-31 UTC", 'hours: [{from: "00:00", to: "24:00", zone: UTC}]'])
def test_the_time_is_told_where_a_rule_asks_for_it(words):
    found = policies(rule("r").replace("}\n", f", {words}}}\n"))
    before = time.time()
    assert before <= (circumstances(gate(found), call("10.0.0.9")).at or 0.0) <= time.time()


def test_where_none_does_nothing_is_looked_at():
    assert circumstances(gate(policies(rule("r"))), call("10.0.0.9")) is UNKNOWN


@pytest.mark.parametrize(
    ("client", "forwarded", "proxies", "found"),
    [
        ("10.0.0.9", (), (), "10.0.0.9"),
        ("10.0.0.9", ("1.2.3.4",), (), "10.0.0.9"),  # nobody is believed unless the settings say so
        ("10.0.0.9", ("1.2.3.4",), ("10.1.0.0/16",), "10.0.0.9"),  # and not whoever comes by another way
        ("10.0.0.9", ("1.2.3.4",), ("10.0.0.0/16",), "1.2.3.4"),
        ("10.0.0.9", ("6.6.6.6, 1.2.3.4",), ("10.0.0.9",), "1.2.3.4"),  # what a client says itself is not
        ("10.0.0.9", ("6.6.6.6", "1.2.3.4, 10.0.0.8"), ("10.0.0.0/16",), "1.2.3.4"),
        ("10.0.0.9", (), ("10.0.0.0/16",), "10.0.0.9"),
        ("10.0.0.9", ("unknown",), ("10.0.0.0/16",), None),
        ("10.0.0.9", ("1.2.3.4:80",), ("10.0.0.0/16",), None),
        ("::1", ("2001:db8::5",), ("::1",), "2001:db8::5"),
        ("", (), (), None),
    ],
)
def test_the_address_is_the_peers_unless_a_trusted_proxy_says_another(client, forwarded, proxies, found):
    assert source(gate(policies(rule("r")), proxies), call(client, *forwarded)) == found
