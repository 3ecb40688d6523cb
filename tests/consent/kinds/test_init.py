"""Each kind of signature offers the same, and says in one way that something is none of its keys."""

import pkgutil
from importlib import import_module

import pytest

from vecgate.consent import kinds
from vecgate.consent.kinds import Unreadable

NAMES = [found.name for found in pkgutil.iter_modules(kinds.__path__)]


def test_there_are_kinds() -> None:
    assert NAMES == ["sshsig", "webauthn"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["", "x", "x y", "x y z", "\x00 \x00 \x00", "ssh-ed25519 AAAA", "webauthn AAAA AAAA"])
def test_what_is_no_key_is_unreadable_to_each(name: str, text: str) -> None:
    kind = import_module(f"{kinds.__name__}.{name}")
    for look in (kind.plain, kind.fingerprint):
        with pytest.raises(Unreadable):
            look(text)
