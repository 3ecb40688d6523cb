import asyncio
import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from support.fakes.journals import Clock
from support.fakes.story import ORIGINAL, tell
from support.servers.devbao import DevBao, dev_bao
from vecgate.cli import main
from vecgate.domain.principal import Secret
from vecgate.recording import chain, heads, read
from vecgate.recording.recorder import Recorder
from vecgate.recording.seal import Sealer
from vecgate.settings.recording import Recording
from vecgate.vault.client import VaultClient


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevBao]:
    with dev_bao(tmp_path_factory.mktemp("bao")) as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("VECGATE_SETTINGS", raising=False)
    monkeypatch.delenv("VECGATE_TOKEN", raising=False)
    folder = tmp_path / "sessions"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def session(bao: DevBao, folder: Path) -> str:
    return recorded(bao, folder)


def recorded(bao: DevBao, folder: Path, **settings: int) -> str:
    async def record() -> str:
        async def token() -> Secret:
            return Secret(bao.gateway_token)

        async with VaultClient(bao.url, None, 10) as vault:
            sealer = Sealer(vault, token, "transit", "vecgate-journal")
            recorder = Recorder(Recording(folder=folder, min_free=1, **settings), sealer, Clock())
            made = await tell(recorder)
            await recorder.close()
            return made

    return asyncio.run(record())


@pytest.fixture
def settings_file(bao: DevBao, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict:
    tree = {
        "issuers": [{"issuer": "https://login.test", "audience": "vecgate"}],
        "upstreams": {
            "chroma": {
                "dialect": "chroma",
                "url": "https://127.0.0.1:1",
                "hosts": ["chroma"],
                "credential": {"role": "r", "gateway_role": "g"},
            }
        },
        "policies": "policies",
        "vault": {"url": bao.url, "role_id_file": "r", "secret_id_file": "s", "vouch": {"key_file": "k"}},
        "state": {"url": "unix:///nowhere"},
        "recording": {"folder": str(folder), "min_free": 1},
        "listen": {"certificate_folder": "certs"},
    }
    path = tmp_path / "settings.yaml"
    path.write_text(yaml.safe_dump(tree))
    monkeypatch.setenv("VECGATE_SETTINGS", str(path))
    return tree


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["sessions", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


# list


def test_an_empty_folder_lists_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "list", "--folder", folder) == (0, "", "")
    assert run(capsys, "list", "--folder", folder, "--json") == (0, "[]\n", "")


def test_a_folder_that_is_not_there_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "list", "--folder", folder / "none")
    assert (code, out) == (1, "")
    assert "there is no folder" in err


def test_without_a_folder_the_settings_name_it(
    session: str, settings_file: dict, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "list")
    assert code == 0
    assert session in out


@pytest.mark.parametrize(("user", "count"), [("alice", 1), ("bob", 0)])
def test_a_list_can_be_of_one_user(
    session: str, folder: Path, user: str, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run(capsys, "list", "--folder", folder, "--user", user, "--json")
    assert len(json.loads(out)) == count


# show


def test_a_transcript_tells_the_story(session: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "show", session, "--folder", folder)
    assert code == 0
    for words in (
        "user       alice",
        "chain      whole, 12 entries",
        "operation  search on tickets",
        "decision   allow by analysts/read",
        "lease      le-17",
        "masked     12 (PERSON 8, EMAIL_ADDRESS 4)",
        "request.held > request.sent > answer.withheld",
        "approval   7f3a used by bob",
        "impact     412 of 500 in tickets",
        "POST /api/v2/tenants/t/databases/d/collections/tickets/query",
        "<vector dim=384>",
        "session.closed",
    ):
        assert words in out
    assert "\x1b" not in out
    assert "Anna" not in out


def test_as_json_every_entry_is_there(session: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "show", session, "--folder", folder, "--json")
    tree = json.loads(out)
    assert (code, tree["session"], tree["problems"]) == (0, session, [])
    assert [e["code"] for e in tree["entries"]][:3] == ["session.opened", "request.sent", "answer.released"]
    assert not [e for e in tree["entries"] if "original" in e]


@pytest.mark.parametrize("name", ["20261123T141500-bob-0000", "../heads", "heads"])
@pytest.mark.parametrize("word", ["show", "verify", "open"])
def test_a_session_that_is_not_there_is_said(
    folder: Path, name: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, word, name, "--folder", folder)
    assert (code, out) == (1, "")
    assert "there is no session" in err


def test_a_session_in_parts_is_one_session(
    bao: DevBao, folder: Path, settings_file: dict, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = recorded(bao, folder, part_bytes=2000)
    assert len([*folder.glob(f"{session}*.jsonl")]) > 3
    file = tmp_path / "token"
    file.write_text(bao.login_token("carol", "auditors"))
    code, out, _ = run(capsys, "show", session, "--unseal", "--token-file", file)
    assert (code, "anna.schmidt@example.org" in out, "session.continued" in out) == (0, True, True)
    code, out, _ = run(capsys, "show", session, "--json")
    entries = json.loads(out)["entries"]
    assert (code, [e["n"] for e in entries]) == (0, [*range(len(entries))])
    assert run(capsys, "list", "--calls")[1].count("\n") == 6
    assert run(capsys, "verify", session, "--token-file", file)[:2] == (0, f"{session}: whole\n")
    code, out, _ = run(capsys, "archive", session, "--part", 2)
    assert (code, "parts up to 2 archived" in out) == (0, True)
    for name in (f"{session}.jsonl", f"{session}.2.jsonl"):
        (folder / name).unlink()
    assert run(capsys, "verify", session, "--token-file", file)[:2] == (0, f"{session}: whole\n")
    code, out, _ = run(capsys, "list", "--user", "alice")
    assert (code, session in out, " parts" in out) == (0, True, True)
    code, _, err = run(capsys, "archive", session, "--part", 2)
    assert (code, "no part 2 here that is full" in err) == (1, True)


# verify


def test_a_whole_journal_passes(session: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = f"{session}: chain only: its MACs take an auditor's login to check (--token-file)\n"
    assert run(capsys, "verify", session, "--folder", folder) == (3, said, "")
    assert run(capsys, "verify", "--all", "--folder", folder) == (3, said, "")


def test_a_changed_journal_fails(session: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / f"{session}.jsonl"
    path.write_bytes(path.read_bytes().replace(b"analysts/read", b"analysts/rEad"))
    for words in (["verify", session], ["verify", "--all"], ["show", session]):
        code, out, _ = run(capsys, *words, "--folder", folder)
        assert code == (1 if words[0] == "show" else 7)
        assert ("line 2: was changed" if words[0] == "show" else "forged at 2: was changed") in out


def made_anew(path: Path, mac: str = "old") -> None:
    """The chain again, with another name in it and a head that fits; `mac`: the old ones, made up ones, or none."""
    out, prev = [], chain.genesis(path.stem)
    for n, line in enumerate(path.read_bytes().splitlines()):
        tree = json.loads(line)
        (tree["body"].get("who") or {}).update(user="somebody-else")
        body = json.dumps(tree["body"]).encode()
        core = chain.core(n, prev, tree["at"], tree["code"], tree["exchange"], body, tree.get("original"))
        raw, prev = chain.finish(core, {"old": tree["mac"], "new": "0" * 64, "none": None}[mac])
        out.append(raw)
    path.write_bytes(b"".join(out))
    heads.note(path.parent, heads.Head(path.stem, len(out) - 1, prev, "x"), sync=False)


@pytest.mark.parametrize(
    ("mac", "without", "verdict"), [("old", 3, 7), ("new", 3, 7), ("none", 7, 7), ("untouched", 3, 0)]
)
def test_a_journal_that_was_made_anew_is_forged(
    mac: str,
    without: int,
    verdict: int,
    bao: DevBao,
    session: str,
    folder: Path,
    settings_file: dict,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if mac != "untouched":
        made_anew(folder / f"{session}.jsonl", mac)
    assert run(capsys, "verify", session)[0] == without
    file = tmp_path / "token"
    file.write_text(bao.login_token("carol", "auditors"))
    for which in (session, "--all"):
        code, out, _ = run(capsys, "verify", which, "--token-file", file)
        assert code == verdict
        assert (f"{session}: forged at " if verdict else f"{session}: whole\n") in out


def test_whoever_is_no_auditor_cannot_check_macs_and_that_is_recorded(
    bao: DevBao, session: str, folder: Path, settings_file: dict, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "token"
    file.write_text(bao.login_token("mallory", "analysts"))
    code, out, err = run(capsys, "verify", "--all", "--token-file", file)
    assert (code, out) == (1, "")
    assert "may not check" in err
    assert [code for ((code, _),) in unsealings(folder)] == ["session.unseal_denied"]


def test_an_archived_session_may_go(session: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = (folder / f"{session}.jsonl").read_bytes()
    code, out, _ = run(capsys, "archive", session, "--folder", folder)
    assert code == 0
    assert chain.parse(kept.splitlines(keepends=True)[-1]).hash in out
    (folder / f"{session}.jsonl").unlink()
    assert run(capsys, "verify", "--all", "--folder", folder)[:2] == (0, "")
    (folder / f"{session}.jsonl").write_bytes(kept)
    assert run(capsys, "verify", session, "--folder", folder)[0] == 3


def test_a_removed_session_is_cut(session: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / f"{session}.jsonl").unlink()
    assert run(capsys, "verify", "--all", "--folder", folder) == (5, f"{session}: cut: its journal is gone\n", "")
    assert run(capsys, "archive", session, "--folder", folder)[0] == 1


def test_what_is_no_file_does_not_hold_anything_up(
    session: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(folder / "20261127T000001-x-abcd.jsonl")
    (folder / "20261127T000002-x-abcd.jsonl").mkdir()
    (folder / "20261127T000003-x-abcd.jsonl").symlink_to(folder / f"{session}.jsonl")
    code, out, _ = run(capsys, "list", "--folder", folder)
    assert (code, out.count("\n")) == (0, 1)
    code, out, _ = run(capsys, "verify", "--all", "--folder", folder)
    assert (code, out.count("unreadable: no plain file")) == (6, 3)
    assert run(capsys, "show", "20261127T000001-x-abcd", "--folder", folder)[0] == 1


def test_nothing_that_a_journal_holds_reaches_the_terminal_as_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil, session = "\x1b]0;owned\x07\x1b[2J", "20261127T000001-x-abcd"
    body = json.dumps({"kind": evil, "user": evil, "client": evil, "who": {"user": evil}, "refusal": evil})
    lines, prev = [], chain.genesis(session)
    for n, exchange in enumerate(("", evil, "")):
        code = "session.opened" if n == 0 else evil
        raw, prev = chain.finish(chain.core(n, prev, evil, code, exchange, body.encode(), None), None)
        lines.append(raw)
    (folder / f"{session}.jsonl").write_bytes(b"".join(lines))
    for words in (["list"], ["list", "--calls"], ["list", "--csv"], ["show", session], ["verify", "--all"]):
        _, out, err = run(capsys, *words, "--folder", folder)
        assert not {"\x1b", "\x07"} & {*out, *err}, words


# calls


def test_callers_nobody_knows_are_called_so_and_not_by_their_address(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session, at = "20261127T000001-anonymous-abcd", "2026-11-27T00:00:01.000Z"
    opened = {"session": session, "kind": "anonymous", "user": "anonymous", "principal": "", "client": "day 1"}
    refused = {"client": "192.0.2.7", "refusal": "identity.missing"}
    lines, prev = [], chain.genesis(session)
    for n, (code, exchange, body) in enumerate((("session.opened", "", opened), ("request.refused", "x", refused))):
        core = chain.core(n, prev, at, code, exchange, json.dumps(body).encode(), None)
        raw, prev = chain.finish(core, None)
        lines.append(raw)
    (folder / f"{session}.jsonl").write_bytes(b"".join(lines))
    _, out, _ = run(capsys, "list", "--folder", folder, "--user", "anonymous", "--csv")
    (row,) = csv.DictReader(out.splitlines())
    assert (row["user"], row["client"], row["outcome"]) == ("anonymous", "192.0.2.7", "identity.missing")


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["--calls"], 6),
        (["--operation", "search"], 2),
        (["--operation", "search", "--refused"], 0),
        (["--collection", "tickets"], 4),
        (["--collection", "ticket"], 0),
        (["--refused"], 3),
        (["--calls", "--user", "bob"], 0),
        (["--calls", "--since", "2026-11-23T14:16"], 0),
        (["--calls", "--until", "2026-11-23T14:14"], 0),
        (["--calls", "--since", "2026-11-23", "--until", "2026-11-24"], 6),
    ],
)
def test_calls_can_be_looked_for(
    session: str, folder: Path, words: list[str], count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "list", "--folder", folder, *words)
    assert code == 0
    assert len(out.splitlines()) == count, out
    _, out, _ = run(capsys, "list", "--folder", folder, *words, "--csv")
    rows = list(csv.DictReader(out.splitlines()))
    assert (len(rows), {row["session"] for row in rows} <= {session}) == (count, True)


@pytest.mark.parametrize(("since", "count"), [("2026-11-23", 1), ("2026-11-24", 0)])
def test_sessions_can_be_of_a_time(
    session: str, folder: Path, since: str, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run(capsys, "list", "--folder", folder, "--since", since)
    assert out.count("\n") == count
    status, _, err = run(capsys, "list", "--folder", folder, "--since", "yesterday")
    assert (status, "'yesterday' is no time such as 2026-11-23" in err) == (2, True)


def test_verify_takes_a_session_or_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "verify", "--folder", folder)[0] == 2


# unseal


def originals_of(out: str) -> list[str]:
    return [e["original"] for e in json.loads(out)["entries"] if "original" in e]


def unsealings(folder: Path) -> list[list[tuple[str, dict]]]:
    rows = [row for row in read.sessions(folder) if row.kind == "unsealed"]
    return [[(e.code, e.body) for e in read.load(folder, row.session).entries[1:]] for row in rows]


def test_an_auditor_reads_the_originals_and_that_is_recorded(
    bao: DevBao, session: str, folder: Path, settings_file: dict, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = bao.login_token("carol", "auditors")
    file = tmp_path / "token"
    file.write_text(token + "\n")
    code, out, _ = run(capsys, "show", session, "--unseal", "--token-file", file, "--json")
    assert code == 0
    assert originals_of(out) == [ORIGINAL.decode()]
    ((entry,),) = unsealings(folder)
    assert entry[0] == "session.unsealed"
    assert entry[1]["of"] == session
    assert entry[1]["who"]["sub"] == "carol"
    assert entry[1]["who"]["metadata"] == {"role": "vecgate-auditor"}
    code, out, _ = run(capsys, "verify", "--all")
    assert (code, "chain only: notes of who opened originals are made without a key" in out) == (3, True)
    assert not [path for path in folder.iterdir() if token.encode() in path.read_bytes()]


def test_the_transcript_shows_originals_beside_the_masked(
    bao: DevBao,
    session: str,
    settings_file: dict,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VECGATE_TOKEN", bao.login_token("carol", "auditors"))
    code, out, _ = run(capsys, "show", session, "--unseal")
    assert code == 0
    assert "original of request.sent" in out
    assert "anna.schmidt@example.org" in out


def test_without_the_permission_nothing_is_shown_and_the_attempt_is_recorded(
    bao: DevBao,
    session: str,
    folder: Path,
    settings_file: dict,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VECGATE_TOKEN", bao.login_token("mallory", "analysts"))
    code, out, err = run(capsys, "show", session, "--unseal")
    assert (code, out) == (1, "")
    assert "your login may not read the originals" in err
    ((entry,),) = unsealings(folder)
    assert entry[0] == "session.unseal_denied"
    assert entry[1]["claimed"] == {"iss": "https://login.test", "sub": "mallory", "user": "mallory"}


def test_a_login_that_may_not_decrypt_is_recorded_twice(
    bao: DevBao,
    session: str,
    folder: Path,
    settings_file: dict,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings_file["vault"]["auditor_role"] = "powerless"
    (tmp_path / "settings.yaml").write_text(yaml.safe_dump(settings_file))
    monkeypatch.setenv("VECGATE_TOKEN", bao.login_token("mallory"))
    code, out, err = run(capsys, "show", session, "--unseal")
    assert (code, out) == (1, "")
    assert "your login may not read the originals" in err
    ((first, second),) = unsealings(folder)
    assert (first[0], second[0]) == ("session.unsealed", "session.unseal_denied")
    assert second[1]["who"]["sub"] == "mallory"


def test_a_vault_that_is_away_unseals_nothing(
    bao: DevBao,
    session: str,
    folder: Path,
    settings_file: dict,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings_file["vault"]["url"] = "http://127.0.0.1:1"
    (tmp_path / "settings.yaml").write_text(yaml.safe_dump(settings_file))
    monkeypatch.setenv("VECGATE_TOKEN", "not even a token")
    code, out, err = run(capsys, "show", session, "--unseal")
    assert (code, out) == (1, "")
    assert err.startswith("vecgate: vault: ")
    ((entry,),) = unsealings(folder)
    assert (entry[0], entry[1]["claimed"]) == ("session.unseal_denied", {})


def test_what_cannot_be_recorded_is_not_unsealed(
    bao: DevBao,
    session: str,
    settings_file: dict,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings_file["recording"]["min_free"] = 2**62
    (tmp_path / "settings.yaml").write_text(yaml.safe_dump(settings_file))
    monkeypatch.setenv("VECGATE_TOKEN", bao.login_token("carol", "auditors"))
    code, out, err = run(capsys, "show", session, "--unseal")
    assert (code, out) == (1, "")
    assert "journal: too little free space" in err


def test_without_a_token_nothing_is_asked(
    session: str, folder: Path, settings_file: dict, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in ([], ["--token-file", tmp_path / "none"]):
        code, out, err = run(capsys, "show", session, "--unseal", *words)
        assert (code, out) == (1, "")
        assert "token" in err or "No such file" in err
    assert unsealings(folder) == []


def test_entries_made_without_the_data_key_are_told(
    bao: DevBao,
    session: str,
    folder: Path,
    settings_file: dict,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever can write the folder can make a chain of hashes and heads anew, but not the MACs."""
    from vecgate.recording import chain, heads

    path = folder / f"{session}.jsonl"
    prev, lines = chain.genesis(session), []
    for line in path.read_bytes().splitlines(keepends=True):
        entry, mac = chain.parse(line), chain.mac_parts(line)
        body = json.dumps(entry.body | ({"lease": "le-99"} if entry.n == 1 else {})).encode()
        core = chain.core(entry.n, prev, entry.at, entry.code, entry.exchange, body, entry.original)
        line, prev = chain.finish(core, mac[1] if mac else None)
        lines.append(line)
    path.write_bytes(b"".join(lines))
    heads.note(folder, heads.Head(session, len(lines) - 1, prev, entry.at), sync=False)
    assert run(capsys, "verify", session)[0] == 3
    monkeypatch.setenv("VECGATE_TOKEN", bao.login_token("carol", "auditors"))
    code, out, _ = run(capsys, "show", session, "--unseal")
    assert code == 1
    assert "line 1: was not written by the gateway" in out
