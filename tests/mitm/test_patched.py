"""Every part of mitmproxy that is replaced stands in one table, and is as it is known to be."""

import re
from pathlib import Path

import pytest
from mitmproxy import version
from mitmproxy.proxy import context

import vecgate
from vecgate.mitm import patched
from vecgate.mitm.patched import PARTS, Part
from vecgate.refusals.errors import SettingsError


def other() -> None:
    """Takes nothing, and says nothing."""


def test_as_installed_every_row_holds() -> None:
    patched.check()


def test_another_version_is_not_started_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "VERSION", "99.0.0")
    for by in ("", *{part.by for part in PARTS}):
        with pytest.raises(SettingsError, match=r"99\.0\.0"):
            patched.check(by)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.label)
def test_what_is_gone_is_named_to_whom_it_concerns(monkeypatch: pytest.MonkeyPatch, part: Part) -> None:
    monkeypatch.setattr(part.owner, part.name, None)
    for by in ("", part.by):
        with pytest.raises(SettingsError, match=re.escape(part.label)):
            patched.check(by)
    patched.check("nobody")


@pytest.mark.parametrize("part", [p for p in PARTS if p.takes or p.says], ids=lambda part: part.label)
def test_what_is_another_one_is_named(monkeypatch: pytest.MonkeyPatch, part: Part) -> None:
    monkeypatch.setattr(other, "__module__", "mitmproxy.somewhere")
    monkeypatch.setattr(part.owner, part.name, other)
    with pytest.raises(SettingsError, match=re.escape(part.label)):
        patched.check(part.by)


def test_nothing_is_replaced_that_is_in_no_row() -> None:
    with pytest.raises(LookupError):
        patched.replace(context, "Context", None)
    package = Path(vecgate.__file__).parent
    texts = {p.name: p.read_text("utf-8") for room in ("mitm", "processes") for p in (package / room).glob("*.py")}
    assert [name for name, text in texts.items() if re.search(r"(?<!\w)setattr\(", text)] == ["patched.py"]
