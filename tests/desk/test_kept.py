"""A login is kept where only its owner reads it: the keyring where there is a real one, else a private file."""

import stat
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from vecgate.desk import kept
from vecgate.desk.answer import Login
from vecgate.desk.places import DeskFailed
from vecgate.desk.told import Client
from vecgate.domain.principal import Secret

LOGIN = Login(Client("https://login.example"), Secret("tok"), 12.5, "alice", "4711", Secret("ref"), Secret("idt"))


class InMemory(KeyringBackend):
    """A desktop's keyring, as far as its library's interface goes; it can be locked."""

    priority = 5

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def _open(self) -> None:
        if self.locked:
            raise KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        self.held[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.held.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        self._open()
        del self.held[service, username]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> InMemory:
    made = InMemory()
    monkeypatch.delenv("VECGATE_KEYRING")
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


def same(login: Login | None) -> tuple[Any, ...]:
    assert login is not None
    shown = [value and value.reveal() for value in (login.token, login.refresh, login.id_token)]
    return login.client, login.ends, login.user, login.subject, *shown


def test_in_a_file_it_is_there_and_gone(home: Path) -> None:
    assert kept.load("work") is None
    assert "for you alone" in kept.keep("work", LOGIN)
    kept.choose("work")
    assert same(kept.load("work")) == same(LOGIN)
    assert (kept.names(), kept.current()) == (["work"], "work")
    assert {stat.S_IMODE(one.stat().st_mode) for one in (home / "logins").iterdir()} == {0o600}
    kept.forget("work")
    kept.forget("work")
    assert (kept.names(), kept.current(), kept.load("work")) == ([], "", None)


def test_in_a_keyring_nothing_secret_is_in_the_file(home: Path, ring: InMemory) -> None:
    assert kept.keep("work", LOGIN) == "in your keyring"
    assert same(kept.load("work")) == same(LOGIN)
    (file,) = (home / "logins").iterdir()
    assert not [word for word in ("tok", "ref", "idt") if f'"{word}"' in file.read_text()]
    ring.locked = True
    with pytest.raises(DeskFailed, match="locked"):
        kept.load("work")
    with pytest.raises(DeskFailed, match="locked"):
        kept.forget("work")
    ring.locked = False
    ring.held.clear()
    with pytest.raises(DeskFailed, match="not there now"):
        kept.load("work")
    kept.keep("work", LOGIN)
    kept.forget("work")
    assert ring.held == {}


def test_a_keyring_that_does_not_take_it_is_not_used(ring: InMemory) -> None:
    ring.locked = True
    assert "for you alone" in kept.keep("work", LOGIN)
    ring.locked = False
    ring.priority = 0.5
    assert "for you alone" in kept.keep("work", LOGIN)


def test_a_login_in_a_file_goes_though_the_keyring_is_locked(ring: InMemory) -> None:
    ring.locked = True
    kept.keep("work", LOGIN)
    kept.forget("work")
    assert kept.names() == []


def test_a_file_that_others_may_read_is_not_used(home: Path) -> None:
    kept.keep("work", LOGIN)
    (file,) = (home / "logins").iterdir()
    file.chmod(0o644)
    with pytest.raises(DeskFailed, match="others may read it"):
        kept.load("work")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"client": {}}', '{"client": {"issuer": "x"}, "ends": "soon"}'])
def test_what_is_no_login_is_told(home: Path, text: str) -> None:
    kept.keep("work", LOGIN)
    (file,) = (home / "logins").iterdir()
    file.write_text(text)
    with pytest.raises(DeskFailed, match="holds no login"):
        kept.load("work")


@pytest.mark.parametrize("name", ["../../x", "https://a.example/b", "a/b", "a-b", "", "x" * 300])
def test_no_name_leads_out_of_its_folder(home: Path, name: str) -> None:
    kept.keep(name, LOGIN)
    assert [one.parent for one in home.rglob("*.json")] == [home / "logins"]
    assert kept.load(name) is not None
    assert kept.lock_file(name).parent == home / "logins"


def test_what_the_desktops_bus_says_is_no_more_than_a_no(ring: InMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service of a keyring that may not, or goes away in the middle, answers with an error of the bus."""
    bus = pytest.importorskip("jeepney", reason="a desktop's bus is Linux'")
    kept.keep("work", LOGIN)
    head = bus.Header(bus.Endianness.little, bus.MessageType.error, 0, 1, 0, 1, {})

    def says_no(*_: str) -> str:
        raise bus.DBusErrorResponse(bus.Message(head, ("may not",)))

    monkeypatch.setattr(ring, "get_password", says_no)
    with pytest.raises(DeskFailed, match="may be locked"):
        kept.load("work")
    assert kept.keep("work", LOGIN).startswith("in ")
    assert same(kept.load("work")) == same(LOGIN)
