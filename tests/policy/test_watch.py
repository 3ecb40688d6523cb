"""The newest valid set counts; a bad edit keeps the old one and says so."""

import asyncio
import logging
import os
import shutil

import pytest

from support.fakes.policy_words import asks, caller, rule
from vecgate.background import Tasks
from vecgate.policy.watch import PolicyStore
from vecgate.refusals.errors import Unavailable

HEAD = "version: 1\nrules:\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.yaml").write_text(HEAD + rule("one"))
    return tmp_path


def deciding(store):
    return store.current.evaluate(caller(), asks("search", "t"), "db").rule


def settle(store):
    """Two polls: one sees a change, the next sees that it has settled."""
    return [store.poll(), store.poll()]


def test_without_a_set_everything_is_unavailable(tmp_path):
    store = PolicyStore(tmp_path)
    with pytest.raises(Unavailable, match="policy"):
        _ = store.current
    assert store.loaded is None
    assert store.refresh() is False
    assert store.problems == (f"{tmp_path}: there is no policy file (*.yaml) in this folder",)
    with pytest.raises(Unavailable, match="policy"):
        _ = store.current


def test_a_valid_folder_is_used(folder):
    store = PolicyStore(folder)
    assert store.refresh() is True
    assert (deciding(store), store.problems) == ("one", ())


def test_what_is_no_file_is_a_mistake_and_not_waited_for(folder):
    store = PolicyStore(folder)
    store.refresh()
    os.mkfifo(folder / "b.yaml")
    (folder / "c.yaml").mkdir()
    settle(store)
    assert store.problems == (f"{folder / 'b.yaml'}: this is no file",)
    assert deciding(store) == "one"
    (folder / "b.yaml").unlink()
    (folder / "c.yaml").rmdir()
    settle(store)
    assert store.problems == ()


STORING = """
version: 1
mask_profiles:
  stored: {entities: {PERSON: OPERATOR}}
rules:
  - name: writes
    who: anyone
    where: anywhere
    operations: [write]
    effect: allow
    mask: unsafe-nothing
    inputs: {payload: mask, profile: stored}
"""


@pytest.mark.parametrize(
    ("operator", "keyed", "used"),
    [("pseudonym", True, True), ("replace", False, True), ("pseudonym", False, False), ("token", False, False)],
)
def test_marks_are_not_stored_without_a_key_that_is_kept(tmp_path, operator, keyed, used):
    (tmp_path / "a.yaml").write_text(STORING.replace("OPERATOR", operator))
    store = PolicyStore(tmp_path, keyed=keyed)
    assert store.refresh() is used
    assert used or "a.yaml:6: rule 'writes' stores marks of 'stored'; set masking.key" in store.problems[0]


def test_nothing_is_read_again_while_nothing_changes(folder):
    store = PolicyStore(folder)
    store.refresh()
    before = store.current
    assert [store.poll() for _ in range(4)] == [False] * 4
    assert store.current is before


def test_a_change_is_used_once_it_has_settled(folder):
    store = PolicyStore(folder)
    store.refresh()
    (folder / "a.yaml").write_text(HEAD + rule("two"))
    assert store.poll() is False
    assert deciding(store) == "one"
    (folder / "a.yaml").write_text(HEAD + rule("three"))  # still being written
    assert store.poll() is False
    assert store.poll() is True
    assert deciding(store) == "three"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "rules: ["),
        ("a.yaml", ""),
        ("a.yaml", HEAD + rule("one").replace("effect: allow", "effect: alow")),
        ("b.yaml", HEAD + rule("one")),
        ("b.yml", HEAD + rule("two")),
    ],
)
def test_a_bad_file_keeps_the_old_set_whole_and_says_so(folder, caplog, name, text):
    store = PolicyStore(folder)
    store.refresh()
    before = store.current
    (folder / "0-good.yaml").write_text(HEAD + rule("good"))
    (folder / name).write_text(text)
    with caplog.at_level(logging.ERROR):
        assert settle(store) == [False, False]
    assert store.current is before
    assert name in store.problems[0]
    assert f"set {before.version} stays in use" in caplog.text
    assert name in caplog.text


def test_the_same_mistake_is_logged_once_and_a_repair_is_used(folder, caplog):
    store = PolicyStore(folder)
    store.refresh()
    shutil.move(folder / "a.yaml", folder / "a.txt")
    with caplog.at_level(logging.ERROR):
        assert [store.poll() for _ in range(5)] == [False] * 5
    assert caplog.text.count("policies not loaded") == 1
    shutil.move(folder / "a.txt", folder / "a.yaml")
    assert settle(store) == [False, True]
    assert (deciding(store), store.problems) == ("one", ())


def test_a_folder_that_vanishes_and_returns_is_used_again(folder, tmp_path_factory):
    store = PolicyStore(folder)
    store.refresh()
    away = tmp_path_factory.mktemp("away") / "p"
    shutil.move(folder, away)
    settle(store)
    assert deciding(store) == "one"
    assert "No such file or directory" in store.problems[0]
    shutil.move(away, folder)
    (folder / "a.yaml").write_text(HEAD + rule("back"))
    settle(store)
    assert (deciding(store), store.problems) == ("back", ())


def test_a_set_in_hand_does_not_change_under_an_exchange(folder):
    store = PolicyStore(folder)
    store.refresh()
    held = store.current
    (folder / "a.yaml").write_text(HEAD + rule("two"))
    settle(store)
    assert held.evaluate(caller(), asks("search", "t"), "db").rule == "one"
    assert held.version != store.current.version


def test_it_is_known_since_when_the_folder_is_broken(folder):
    times = iter([7.0, 9.0])
    store = PolicyStore(folder, lambda: next(times))
    store.refresh()
    assert store.broken_since is None
    (folder / "b.yaml").write_text("rules: [")
    settle(store)
    (folder / "b.yaml").write_text("rules: [[")
    settle(store)
    assert store.broken_since == 7.0
    (folder / "b.yaml").unlink()
    settle(store)
    assert store.broken_since is None
    (folder / "b.yaml").write_text("rules: [")
    settle(store)
    assert store.broken_since == 9.0


def test_a_broken_folder_at_the_start_is_no_error_that_ends_the_process(folder, caplog):
    (folder / "b.yaml").write_text("rules: [")
    assert PolicyStore(folder).refresh() is False
    assert [(r.levelname, "all calls are refused until they are" in r.message) for r in caplog.records] == [
        ("WARNING", True)
    ]


def test_a_rule_that_masks_nothing_is_warned_about_in_the_log(folder, caplog):
    with caplog.at_level(logging.WARNING):
        PolicyStore(folder).refresh()
    assert "rule 'one' masks nothing" in caplog.text


async def test_watching_takes_up_changes_by_itself(folder):
    store, tasks = PolicyStore(folder), Tasks()
    store.refresh()
    tasks.start(store.watch(interval=0.01), "policies")
    (folder / "a.yaml").write_text(HEAD + rule("two"))
    async with asyncio.timeout(30):
        while deciding(store) != "two":  # noqa: ASYNC110 there is no event to wait for: the folder is polled
            await asyncio.sleep(0.01)
    await tasks.close()


# what is tried out


def test_what_is_proposed_is_decided_by_and_never_enforced(folder):
    (folder / "proposed").mkdir()
    store = PolicyStore(folder)
    store.refresh()
    assert store.proposed is None
    (folder / "proposed" / "b.yaml").write_text(HEAD + rule("barred", "deny"))
    assert settle(store)[-1] is True
    assert deciding(store) == "one"
    assert store.proposed is not None  # type: ignore[unreachable]
    assert store.proposed.evaluate(caller(), asks("search", "t"), "db").rule == "barred"
    assert [r.rule.name for r in store.proposed.rules] == ["one", "barred"]


def test_a_proposed_file_takes_the_place_of_one_of_its_name(folder):
    (folder / "proposed").mkdir()
    (folder / "proposed" / "a.yaml").write_text(HEAD + rule("two"))
    store = PolicyStore(folder)
    store.refresh()
    assert (deciding(store), [r.rule.name for r in store.proposed.rules]) == ("one", ["two"])


def test_a_mistake_in_what_is_proposed_touches_nothing_else(folder, caplog):
    (folder / "proposed").mkdir()
    (folder / "proposed" / "b.yaml").write_text("version: 2\n")
    store = PolicyStore(folder)
    with caplog.at_level(logging.WARNING):
        assert store.refresh() is True
    assert (deciding(store), store.proposed, store.problems) == ("one", None, ())
    assert "proposed policies not loaded" in caplog.text


def test_what_is_proposed_no_more_is_gone(folder):
    (folder / "proposed").mkdir()
    (folder / "proposed" / "b.yaml").write_text(HEAD + rule("b"))
    store = PolicyStore(folder)
    store.refresh()
    (folder / "proposed" / "b.yaml").unlink()
    settle(store)
    assert store.proposed is None
