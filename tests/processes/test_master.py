"""A process of its own: only what the path needs, and no more."""

import gc
from typing import Any

import pytest
from mitmproxy import options
from mitmproxy.proxy import mode_specs as specs

from support.fakes.gates import SETTINGS
from vecgate.processes import master as process
from vecgate.settings.file import Settings


def with_upstreams(*names: str) -> Settings:
    tree = SETTINGS.model_dump(mode="json")
    tree["upstreams"] = {name: tree["upstreams"]["tickets-db"] for name in names}
    return Settings.model_validate(tree)


@pytest.mark.parametrize(
    ("mode", "names", "expected"),
    [
        ("transparent", ("b", "a"), ["transparent@127.0.0.1:8443"]),
        ("regular", ("b", "a"), ["regular@127.0.0.1:8443"]),
        # one port per upstream, by name
        (
            "reverse",
            ("b", "a"),
            ["reverse:https://a.vecgate.invalid@127.0.0.1:8443", "reverse:https://b.vecgate.invalid@127.0.0.1:8444"],
        ),
    ],
)
def test_how_clients_reach_it(mode: Any, names: tuple[str, ...], expected: list[str]) -> None:
    found = process.mode_specs(mode, with_upstreams(*names))
    assert found == expected
    for spec in found:
        specs.ProxyMode.parse(spec)


async def test_nothing_of_mitmproxy_runs_that_could_send_or_load_something() -> None:
    made = process.plain_master(options.Options())
    names = {type(addon).__name__ for addon in made.addons.chain}
    assert names == {"TermLog", "Core", "Proxyserver", "NextLayer", "ClientTls", "ErrorCheck"}


def test_in_transparent_mode_each_worker_has_a_port_of_its_own() -> None:
    """The kernel's original destination is asked of the socket, so the firewall spreads connections, by port."""
    found = [process.mode_specs("transparent", SETTINGS, worker) for worker in range(3)]
    assert found == [[f"transparent@127.0.0.1:{8443 + n}"] for n in range(3)]
    assert process.mode_specs("regular", SETTINGS, 2) == process.mode_specs("regular", SETTINGS)
    assert process.mode_specs("reverse", SETTINGS, 2) == process.mode_specs("reverse", SETTINGS)


def test_looking_for_garbage_among_what_is_new_is_short() -> None:
    """Nobody else runs while it does: of an answer with 100,000 texts it looked through 400,000 objects at once."""
    before = gc.get_threshold()
    try:
        process.spare_the_old()
        each, turns, rounds = gc.get_threshold()
        assert each * (turns + 1) <= 40_000
        assert each * (turns + 1) * (rounds + 1) > 8_000_000, "and what is old is not looked through often"
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
