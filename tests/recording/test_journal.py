import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.fakes.journals import SESSION, fill
from vecgate.recording import chain, heads, parts, read
from vecgate.recording.journal import Journal, encode, make_folder, moment, moment_of
from vecgate.recording.seal import DataKey
from vecgate.refusals.errors import Unavailable


def whole(folder: Path) -> list[str]:
    return chain.verify(SESSION, parts.of(folder, SESSION), heads.load(folder)[0])


def test_files_are_for_their_owner_only(tmp_path: Path, key: DataKey) -> None:
    folder = tmp_path / "a" / "sessions"
    make_folder(folder)
    journal = Journal(folder, SESSION, key, min_free=1, sync=False)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / f"{SESSION}.jsonl").stat().st_mode & 0o777 == 0o600
    journal.close()


def test_a_folder_that_others_can_write_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(Unavailable, match="others may write"):
        make_folder(tmp_path)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="journal"):
        make_folder(tmp_path / "file" / "sessions")


def test_an_existing_journal_is_never_opened_again(tmp_path: Path, journal: Journal, key: DataKey) -> None:
    with pytest.raises(FileExistsError):
        Journal(tmp_path, SESSION, key, min_free=1, sync=False)


def test_nothing_of_a_sealed_original_can_be_read(tmp_path: Path, journal: Journal) -> None:
    planted = b"anna.schmidt@example.org 4111 1111 1111 1111"
    journal.append(1.0, "request.sent", "x", b"{}", planted)
    for path in tmp_path.iterdir():
        raw = path.read_bytes()
        for part in planted.split():
            assert part not in raw


def test_too_little_free_space_refuses_and_recovers(tmp_path: Path, key: DataKey) -> None:
    space = [10_000]
    journal = Journal(tmp_path, SESSION, key, min_free=5_000, sync=True, free=lambda _: space[0])
    fill(journal, 1)
    space[0] = 5_100
    with pytest.raises(Unavailable, match="too little free space"):
        fill(journal, 1)
    # what is under way already may use the reserve
    journal.append(2.0, "answer.released", "x0", b"{}", reserve=True)
    space[0] = 10_000
    fill(journal, 1)
    journal.close()
    assert journal.entries == 3
    assert whole(tmp_path) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small disk takes root")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_refuses_and_recovers(small_disk: Path, key: DataKey) -> None:
    journal = Journal(small_disk, SESSION, key, min_free=1, sync=True)
    fill(journal, 1)
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(b"x" * 1024 * 1024)
    with pytest.raises(Unavailable, match="journal"):
        journal.append(2.0, "answer.released", "x", b'"' + b"y" * 8192 + b'"', reserve=True)
    filler.unlink()
    fill(journal, 1)
    journal.close()
    assert whole(small_disk) == []
    assert journal.entries == 2


def test_half_a_line_is_taken_back(tmp_path: Path) -> None:
    """A limit on the size of files stops the write in its middle, as a full disk does."""
    script = """
import resource, sys
from pathlib import Path
from vecgate.refusals.errors import Unavailable
from vecgate.recording.journal import Journal
journal = Journal(Path(sys.argv[1]), sys.argv[2], None, min_free=1, sync=False)
journal.append(1.0, "request.sent", "x", b"{}")
resource.setrlimit(resource.RLIMIT_FSIZE, (2048, resource.RLIM_INFINITY))
try:
    journal.append(1.0, "request.sent", "x", b'"' + b"y" * 4096 + b'"')
except Unavailable as e:
    print(e)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.append(1.0, "answer.released", "x", b"{}")
"""
    env = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script, tmp_path, SESSION], env=env, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("journal: short write\n", "")
    assert whole(tmp_path) == []
    assert len((tmp_path / f"{SESSION}.jsonl").read_bytes().splitlines()) == 2


def test_no_head_no_entry(tmp_path: Path, journal: Journal) -> None:
    (tmp_path / heads.NAME).mkdir()
    with pytest.raises(Unavailable, match="journal"):
        fill(journal, 1)
    assert (tmp_path / f"{SESSION}.jsonl").read_bytes() == b""
    (tmp_path / heads.NAME).rmdir()
    fill(journal, 1)
    assert whole(tmp_path) == []


def test_a_journal_that_someone_else_wrote_to_is_given_up(tmp_path: Path, journal: Journal) -> None:
    fill(journal, 1)
    with (tmp_path / f"{SESSION}.jsonl").open("ab") as f:
        f.write(b"{}\n")
    for complaint in ("changed by someone else", "given up"):
        with pytest.raises(Unavailable, match=complaint):
            fill(journal, 1)
    assert journal.broken


def test_a_removed_journal_is_given_up(tmp_path: Path, journal: Journal) -> None:
    fill(journal, 1)
    (tmp_path / f"{SESSION}.jsonl").unlink()
    with pytest.raises(Unavailable, match="changed by someone else"):
        fill(journal, 1)


def test_after_closing_nothing_is_written(tmp_path: Path, journal: Journal) -> None:
    fill(journal, 1)
    journal.close()
    journal.close()
    with pytest.raises(Unavailable, match="given up"):
        fill(journal, 1)
    assert whole(tmp_path) == []


def test_a_crash_in_the_middle_of_a_line_is_told(tmp_path: Path, journal: Journal) -> None:
    fill(journal, 2)
    journal.close()
    with (tmp_path / f"{SESSION}.jsonl").open("ab") as f:
        f.write(b'{"n":2,"prev":')
    assert whole(tmp_path)[0].startswith("line 3: unfinished")
    assert len(read.load(tmp_path, SESSION).entries) == 2


def test_a_body_that_is_not_json_is_not_recorded_and_not_quoted() -> None:
    with pytest.raises(Unavailable) as caught:
        encode({"s3cret": {"s3cret"}})  # type: ignore[dict-item]
    assert "s3cret" not in str(caught.value)


def test_a_folder_of_another_user_or_behind_a_link_is_refused(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    make_folder(real)
    link.symlink_to(real)
    with pytest.raises(Unavailable, match="link"):
        make_folder(link)
    if os.geteuid() == 0:
        os.chown(real, 65534, 65534)
        with pytest.raises(Unavailable, match="another user"):
            make_folder(real)


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (0.0, "1970-01-01T00:00:00.000Z"),
        (-0.25, "1969-12-31T23:59:59.750Z"),
        (1_700_000_000.0, "2023-11-14T22:13:20.000Z"),
        (1_700_000_000.9994, "2023-11-14T22:13:20.999Z"),
        (1_700_000_000.9999999, "2023-11-14T22:13:21.000Z"),
    ],
)
def test_a_moment_is_told_to_the_millisecond(at: float, written: str) -> None:
    assert moment(at) == moment_of(written) == written
