"""Options that are not a matter of choice."""

from collections.abc import Sequence
from typing import Any

import pytest
from mitmproxy import options
from mitmproxy.addons import disable_h2c, next_layer, proxyserver, tlsconfig
from mitmproxy.test import taddons

from vecgate.mitm.options import FIXED, deviations, show_comments

NAMES = tuple(FIXED)
#: Only mitmweb's own addons, and those of the other tools, have these.
ELSEWHERE = {"onboarding", "store_streamed_bodies", "stream_large_bodies"}


def other(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case [*_]:
            return ["other"]
        case "lazy":
            return "eager"
    return "1m"


def loaded() -> options.Options:
    with taddons.context(
        proxyserver.Proxyserver(), tlsconfig.TlsConfig(), next_layer.NextLayer(), disable_h2c.DisableH2C()
    ) as context:
        return context.options


async def test_every_fixed_option_is_one_of_mitmproxys() -> None:
    assert {name for name in NAMES if name not in loaded()} <= ELSEWHERE


@pytest.mark.parametrize("name", NAMES)
async def test_any_other_value_is_seen(name: str) -> None:
    opts = loaded()
    opts.update(**{n: v for n, v in FIXED.items() if n in opts})
    assert deviations(opts) == {}
    if name in opts:
        opts.update(**{name: other(FIXED[name])})
        assert deviations(opts) == {name: FIXED[name]}


def test_comments_are_shown_unless_other_columns_were_chosen() -> None:
    opts = options.Options()
    show_comments(opts)  # a tool without columns
    opts.add_option("web_columns", Sequence[str], ["path"], "as mitmweb has it")
    show_comments(opts)
    assert "comment" in opts.web_columns
    opts.update(web_columns=["path", "status"])
    show_comments(opts)
    assert opts.web_columns == ["path", "status"]
