"""The CA that signs what clients see: its file, its key, its life."""

import time
from pathlib import Path

import pytest

from demo import certs
from support.servers.doors import all_ok, problems, warnings
from vecgate.doctor.certificate import DAY
from vecgate.doctor.checks import authority


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good CA, as the gateway keeps it: key and certificate in one file."""
    certs.make_ca(tmp_path, "CA of a test")
    both = (tmp_path / "ca.key").read_bytes() + (tmp_path / "ca.pem").read_bytes()
    certs.write_private(tmp_path / authority.FILE, both)
    return tmp_path


def test_before_the_first_start_there_is_none(tmp_path: Path) -> None:
    (said,) = warnings(authority.check(tmp_path, time.time()))
    assert "makes one when it starts" in said
    assert authority.certificate_of(tmp_path) is None


def test_a_good_one_is_in_order(folder: Path) -> None:
    assert all_ok(authority.check(folder, time.time()))
    assert authority.certificate_of(folder) is not None


def test_a_key_that_others_can_read_is_a_problem(folder: Path) -> None:
    (folder / authority.FILE).chmod(0o644)
    (said,) = problems(authority.check(folder, time.time()))
    assert "open to every user" in said


def test_an_expired_one_is_a_problem(folder: Path) -> None:
    (said,) = problems(authority.check(folder, time.time() + certs.CA_DAYS * DAY))
    assert "expired" in said


@pytest.mark.parametrize("content", [b"", b"-----BEGIN nothing", b"ca.pem", b"ca.key"])
def test_half_of_it_or_none_is_a_problem(folder: Path, content: bytes) -> None:
    half = folder / content.decode()
    (folder / authority.FILE).write_bytes(half.read_bytes() if half.is_file() else content)
    assert problems(authority.check(folder, time.time()))


def test_a_key_of_another_certificate_is_a_problem(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    certs.make_ca(other, "another")
    (folder / authority.FILE).write_bytes((other / "ca.key").read_bytes() + (folder / "ca.pem").read_bytes())
    (said,) = problems(authority.check(folder, time.time()))
    assert "does not belong" in said


def test_a_certificate_that_may_not_sign_is_a_problem(folder: Path) -> None:
    pem, key = certs.make_server(folder, "leaf", ("localhost",))
    (folder / authority.FILE).write_bytes(key.read_bytes() + pem.read_bytes())
    (said,) = problems(authority.check(folder, time.time()))
    assert "may not sign" in said


def test_a_folder_in_its_place_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / authority.FILE).mkdir()
    assert problems(authority.check(tmp_path, time.time()))
