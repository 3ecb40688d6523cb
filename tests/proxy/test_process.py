"""A process of its own: only what the path needs, and flat memory."""

from pathlib import Path
from typing import Any

import pytest
from mitmproxy import options
from mitmproxy.proxy import mode_specs as specs
from mitmproxy.test import tflow

from support.gates import SETTINGS
from vecgate.proxy import process
from vecgate.settings import Settings


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
    assert names == {"TermLog", "Core", "DisableH2C", "Proxyserver", "NextLayer", "TlsConfig", "ErrorCheck"}


async def test_mitmwebs_password_comes_from_its_file_or_is_random(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("from-the-file\n")
    listen = SETTINGS.listen.model_copy(update={"web_password_file": file})
    _, given = process.web_master(options.Options(), SETTINGS.model_copy(update={"listen": listen}))
    _, first = process.web_master(options.Options(), SETTINGS)
    _, second = process.web_master(options.Options(), SETTINGS)
    assert given == "from-the-file"
    assert len({given, first, second}) == 3
    assert len(first) >= 16


class FakeView(list[Any]):
    """mitmweb's list of flows."""

    def remove(self, flows: Any) -> None:
        for flow in flows:
            super().remove(flow)


def test_only_the_newest_flows_are_kept_and_none_that_is_under_way() -> None:
    flows = [tflow.tflow() for _ in range(5)]
    for flow in flows[1:]:
        flow.live = False
    view = FakeView(flows)
    process.Ring(view, 3).response(flows[-1])
    assert view == [flows[0], *flows[2:]]
    process.Ring(view, 10).response(flows[-1])
    assert len(view) == 4
