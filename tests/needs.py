"""What does a test need of the machine? A marker each (root, netns, browser, slow), told of its fixtures and cases.

So `scripts/test -m "not netns and not browser"` leaves out what a machine cannot do. Whoever makes such a thing in a fixture
of a new name adds it here (tests/test_needs.py says so); a test that needs it without a fixture carries the marker itself.
"""

from collections.abc import Iterator
from typing import Final

import pytest

#: What a test that uses this fixture needs, at whatever remove.
FIXTURES: Final[dict[str, tuple[str, ...]]] = {
    "hosts": ("netns", "root"),
    "disk": ("root",),
    "small_disk": ("root",),
    "browser": ("browser",),
    "everybody": ("browser",),
}
#: Servers that are started once in a process of tests and kept: files that want them go to the process that has them.
SHARED: Final = ("stack_of_two", "towns")
#: What a case needs that is run in this mode, by the parameters that name one.
MODES: Final[dict[str, tuple[str, ...]]] = {"transparent": ("netns", "root")}
_NAME_A_MODE: Final = ("town", "narrow_town", "way")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    longest = float(config.getini("timeout"))
    for item in items:
        for name in _needs(item, longest):
            item.add_marker(name)
        for name in SHARED:
            if name in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.shares(name))


def _needs(item: pytest.Item, longest: float) -> Iterator[str]:
    for fixture in getattr(item, "fixturenames", ()):
        yield from FIXTURES.get(fixture, ())
    params = getattr(getattr(item, "callspec", None), "params", {})
    for mode in (params.get(name) for name in _NAME_A_MODE):
        yield from MODES.get(mode, ()) if isinstance(mode, str) else ()
    own = item.get_closest_marker("timeout")
    if item.get_closest_marker("long") or (own is not None and own.args and own.args[0] > longest):
        yield "slow"
