"""Each problem of a journal is one verdict, and each verdict one exit code."""

from pathlib import Path

import pytest

from support.tools.documents import ROOT
from vecgate.recording import heads, verdicts
from vecgate.recording.read import NoSuchSession
from vecgate.recording.verdicts import Found, Verdict


def test_every_verdict_has_an_exit_code_of_its_own() -> None:
    codes = [verdict.code for verdict in Verdict]
    assert codes[0] == 0
    assert len({*codes, 1, 2}) == len(codes) + 2  # 1 and 2 are other failures, and wrong usage


@pytest.mark.parametrize(
    ("problem", "found"),
    [
        ("empty", Found(Verdict.CUT, "empty")),
        ("cut short: 1 of 4 entries are gone from its end", None),
        ("its journal is gone", None),
        ("line 3: unfinished (the gateway stopped while writing it, or its end was cut off)", None),
        ("no plain file", Found(Verdict.UNREADABLE, "no plain file")),
        ("heads.jsonl line 3: unreadable (unfinished, or changed)", None),
        ("line 1: not a whole entry", None),
        ("line 2: was changed: its hash", Found(Verdict.FORGED, "was changed: its hash", 2)),
        ("line 4: does not follow", Found(Verdict.FORGED, "does not follow", 4)),
        ("its last entry is not the one that was noted", None),
        ("no head was noted for it", None),
    ],
)
def test_a_problem_is_a_verdict(problem: str, found: Found | None) -> None:
    given = verdicts.of_problem(problem)
    if found is not None:
        assert given == found
    word = {"cut": Verdict.CUT, "its j": Verdict.CUT, "heads": Verdict.UNREADABLE, "its l": Verdict.HEADS_DIFFER}
    for begin, verdict in word.items():
        assert not problem.startswith(begin) or given.verdict is verdict


def test_a_session_that_was_noted_and_is_gone_is_cut_when_it_is_asked_for_by_its_id(tmp_path: Path) -> None:
    """It was said that there is no such session, with the exit code of other failures."""
    gone, odd = "20261123T141500-alice-8f3a", "20261123T141500-bob-8f3a"
    heads.note(tmp_path, heads.Head(gone, 3, "0" * 64), sync=False)
    (tmp_path / f"{odd}.jsonl").symlink_to("/dev/null")
    assert verdicts.verdict(tmp_path, gone, None) == Found(Verdict.CUT, "its journal is gone")
    assert verdicts.verdict(tmp_path, odd, None) == Found(Verdict.UNREADABLE, "no plain file")
    with pytest.raises(NoSuchSession):
        verdicts.verdict(tmp_path, "20261123T141500-carol-8f3a", None)


@pytest.mark.parametrize(
    ("session", "opened", "right"),
    [
        ("20261123T141500-alice-8f3a", {"kind": "person", "user": "Alice", "key": {}}, True),
        ("20261123T141500-anonymous-8f3a", {"kind": "anonymous", "user": "anonymous", "key": None}, True),
        # a person's session that is called nobody's, or another's, or has no key
        ("20261123T141500-alice-8f3a", {"kind": "anonymous", "user": "anonymous", "key": None}, False),
        ("20261123T141500-alice-8f3a", {"kind": "anonymous", "user": "alice", "key": None}, False),
        ("20261123T141500-alice-8f3a", {"kind": "unsealed", "user": "alice", "key": None}, False),
        ("20261123T141500-unsealed-8f3a", {"kind": "unsealed", "user": "unsealed", "key": None}, True),
        ("20261123T141500-alice-8f3a", {"kind": "person", "user": "bob", "key": {}}, False),
        ("20261123T141500-alice-8f3a", {"kind": "person", "user": "alice", "key": None}, False),
        ("20261123T141500-alice-8f3a", {"kind": "else", "user": "alice", "key": None}, False),
        ("20261123T141500-alice-8f3a", {}, False),
    ],
)
def test_a_session_cannot_become_anothers(session: str, opened: dict[str, object], right: bool) -> None:
    assert (verdicts._whose(session, opened) is None) is right


def test_the_documented_codes_are_these() -> None:
    text = (ROOT / ".github" / "events.md").read_text("utf-8")
    for verdict in Verdict:
        word = "forged at N" if verdict is Verdict.FORGED else verdict.word
        assert f"| `{word}` | {verdict.code} | {verdict.meaning} |" in text
