from pathlib import Path

import pytest

from support.fakes.journals import Clock, LocalSealer
from vecgate.recording import read
from vecgate.recording.opening import JournalOpener
from vecgate.recording.session import Caller
from vecgate.refusals.errors import Part, Unavailable
from vecgate.settings.recording import Recording

ALICE = Caller("issuer#alice", "alice", "10.0.0.1", "curl/8")


async def test_a_journal_begins_with_whose_it_is_and_its_wrapped_key(
    settings: Recording, sealer: LocalSealer, clock: Clock
) -> None:
    journal = await JournalOpener(settings, sealer, clock).open(ALICE)
    journal.close()
    assert read.load(settings.folder, journal.session).opened == {
        "session": journal.session,
        "kind": "person",
        "user": "alice",
        "principal": "issuer#alice",
        "client": "10.0.0.1",
        "agent": "curl/8",
        "key": {"mount": "transit", "name": "vecgate-journal", "wrapped": "vault:v1:0"},
    }


async def test_a_journal_that_cannot_begin_leaves_no_file(
    settings: Recording, sealer: LocalSealer, clock: Clock, tmp_path: Path
) -> None:
    with pytest.raises(Unavailable, match="journal"):
        await JournalOpener(settings, sealer, clock, free=lambda _: 0).open(ALICE)
    assert list(settings.folder.iterdir()) == []


async def test_without_a_data_key_there_is_no_journal(settings: Recording, sealer: LocalSealer, clock: Clock) -> None:
    sealer.fail = Unavailable(Part.VAULT)
    with pytest.raises(Unavailable, match="vault"):
        await JournalOpener(settings, sealer, clock).open(ALICE)
    assert list(settings.folder.iterdir()) == []


def test_a_journal_could_be_written_as_long_as_there_is_a_folder_and_space(
    settings: Recording, sealer: LocalSealer, clock: Clock
) -> None:
    JournalOpener(settings, sealer, clock).check()
    with pytest.raises(Unavailable, match="free space"):
        JournalOpener(settings, sealer, clock, free=lambda _: 0).check()
    settings.folder.chmod(0o777)
    with pytest.raises(Unavailable, match="others may write"):
        JournalOpener(settings, sealer, clock).check()


def test_a_folder_that_is_a_file_or_cannot_be_looked_at_is_no_place_for_a_journal(
    settings: Recording, sealer: LocalSealer, clock: Clock
) -> None:
    def broken(_: Path) -> int:
        raise OSError(5, "Input/output error")

    with pytest.raises(Unavailable, match="Input/output error"):
        JournalOpener(settings, sealer, clock, free=broken).check()
    settings.folder.rmdir()
    settings.folder.write_text("a file")
    with pytest.raises(Unavailable, match="journal"):
        JournalOpener(settings, sealer, clock).check()
