"""Only what two people signed is loaded: every forgery keeps the old rules, whole, and says why."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from support.fakes.approvals import person
from support.tools.signing import enrolment, key, mark
from vecgate.consent.enrolled import Roots
from vecgate.consent.kinds import sshsig
from vecgate.policy.signed import FILE, KIND, Seal, statement
from vecgate.policy.watch import PolicyStore

NOW = 1_800_000_000
RULES = """
version: 1
rules:
  - {{name: {0}, who: {{groups: [{0}]}}, where: anywhere, operations: [search], effect: allow, mask: unsafe-nothing}}
"""


@dataclass
class World:
    """A folder of policies, a root key, and two people who are enrolled by it."""

    folder: Path
    memory: Path
    now: float = NOW + 3600
    signed: Any = "require"
    groups: frozenset[str] = frozenset()
    root: Ed25519PrivateKey = field(default_factory=key)
    people: dict[str, Any] = field(default_factory=dict)

    def enrol(self, name: str, user: str = "", *groups: str, until: float = 4e9, by: Any = None) -> str:
        private, who = key(), person(user or name, *groups, user=user or name)
        self.people[name] = private, enrolment(who, private, *(by or [(self.root, None)]), until=until)
        return name

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            (self.folder / f"{name}.yaml").write_text(text)

    def texts(self) -> dict[str, str]:
        return {file.name: file.read_text() for file in self.folder.glob("*.yaml")}

    def sign(self, *names: str, number: int = NOW, texts: dict[str, str] | None = None, text: str = "") -> None:
        said = text or statement(self.texts() if texts is None else texts, number)
        made = [{"signature": sshsig.sign(p, said), "enrolment": e} for p, e in (self.people[n] for n in names)]
        (self.folder / FILE).write_text(json.dumps({"statement": said, "signatures": made}))

    def store(self) -> PolicyStore:
        roots = Roots([mark(self.root)], now=lambda: self.now)
        return PolicyStore(self.folder, seal=Seal(self.signed, roots, self.groups, self.memory, now=lambda: self.now))


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "policies").mkdir()
    made = World(tmp_path / "policies", tmp_path / "memory.json")
    made.write(a=RULES.format("first"), b=RULES.format("second"))
    for name in ("ann", "ben", "cid"):
        made.enrol(name, name, "owners")
    return made


def rules(store: PolicyStore) -> list[str]:
    return [rule.rule.name for rule in store.loaded.rules] if store.loaded else []


def test_what_two_people_signed_is_loaded(world: World) -> None:
    world.sign("ann", "ben")
    store = world.store()
    assert store.refresh(), store.problems
    assert store.signatures is not None
    assert (rules(store), store.signatures.people) == (["first", "second"], ("ann", "ben"))


def test_nothing_is_loaded_at_the_start_without(world: World) -> None:
    store = world.store()
    assert not store.refresh()
    assert (rules(store), "nobody has signed these policies" in store.problems[0]) == ([], True)


def swap(world: World) -> None:
    world.write(a=RULES.format("second"), b=RULES.format("first"))


def rename(world: World) -> None:
    (world.folder / "a.yaml").rename(world.folder / "c.yaml")


def link(world: World) -> None:
    (world.folder / "a.yaml").unlink()
    evil = world.folder.parent / "evil.yaml"
    evil.write_text(RULES.format("evil"))
    (world.folder / "a.yaml").symlink_to(evil)


def grafted(world: World) -> None:
    """The statement says other files, and the signatures are those of the old one."""
    world.write(a=RULES.format("evil"))
    found = json.loads((world.folder / FILE).read_text())
    found["statement"] = statement(world.texts(), NOW)
    (world.folder / FILE).write_text(json.dumps(found))


def one_key_twice(world: World) -> None:
    world.write(a=RULES.format("evil"))
    world.sign("ann", "ann", number=NOW + 1)


def two_keys_of_one(world: World) -> None:
    world.write(a=RULES.format("evil"))
    world.sign("ann", world.enrol("ann2", "ann"), number=NOW + 1)


def a_like_name(world: World) -> None:
    world.write(a=RULES.format("evil"))
    world.sign("ann", world.enrol("ann2", "\uff21\uff2e\uff2e"), number=NOW + 1)


def enrolled_by_themselves(world: World) -> None:
    world.write(a=RULES.format("evil"))
    mine = key()
    world.sign("ann", world.enrol("eve", "eve", by=[(mine, None)]), number=NOW + 1)


def other_enrolment(world: World) -> None:
    """One's own signature under another one's enrolment."""
    world.write(a=RULES.format("evil"))
    world.people["eve"] = key(), world.people["ben"][1]
    world.sign("ann", "eve", number=NOW + 1)


def run_out(world: World) -> None:
    world.write(a=RULES.format("evil"))
    world.sign("ann", world.enrol("dora", until=NOW), number=NOW + 1)


def of_the_future(world: World) -> None:
    world.write(a=RULES.format("evil"))
    world.sign("ann", "ben", number=NOW + 10**6)


def another_statement(world: World) -> None:
    world.write(a=RULES.format("evil"))
    said = json.dumps({"files": json.loads(statement(world.texts(), 1))["files"], "number": NOW + 1, "vecgate": "yes"})
    world.sign("ann", "ben", text=said.replace(" ", ""))


def spelled_otherwise(world: World) -> None:
    world.write(a=RULES.format("evil"))
    world.sign("ann", "ben", text=statement(world.texts(), NOW + 1) + " ")


def nobodys_file(world: World) -> None:
    (world.folder / FILE).write_text("[]")


FORGERIES: list[tuple[Callable[[World], Any], str]] = [
    (lambda w: w.write(a=RULES.format("evil")), "a.yaml is not what was signed"),
    (swap, "a.yaml, b.yaml is not what was signed"),
    (lambda w: w.write(c=RULES.format("evil")), "c.yaml was added since"),
    (lambda w: (w.folder / "b.yaml").unlink(), "b.yaml was signed and is not there"),
    (rename, "c.yaml was added since; a.yaml was signed and is not there"),
    (link, "a.yaml is not what was signed"),
    (grafted, "2 people must have signed, and nobody has"),
    (one_key_twice, "ann has (whoever signs twice, with whichever keys, counts once)"),
    (two_keys_of_one, "ann has (whoever signs twice"),
    (a_like_name, "ann has (whoever signs twice"),
    (lambda w: (w.write(a=RULES.format("evil")), w.sign("ann", number=NOW + 1)), "and ann has"),
    (enrolled_by_themselves, "and ann has"),
    (other_enrolment, "and ann has"),
    (run_out, "the enrolment has run out"),
    (of_the_future, "by a clock that is ahead"),
    (another_statement, "what is signed is no set of policies"),
    (spelled_otherwise, "not written as it must be"),
    (nobodys_file, "not as 'vecgate policy sign' writes it"),
    (lambda w: (w.folder / FILE).unlink(), "nobody has signed these policies"),
]


@pytest.mark.parametrize(("forge", "why"), FORGERIES, ids=[why for _, why in FORGERIES])
def test_a_forgery_keeps_the_old_rules_whole_and_says_why(
    world: World, forge: Callable[[World], Any], why: str
) -> None:
    world.sign("ann", "ben")
    store = world.store()
    assert store.refresh(), store.problems
    forge(world)
    assert not store.refresh()
    assert (rules(store), store.broken_since is not None) == (["first", "second"], True)
    assert why in store.problems[0]
    assert rules(world.store()) == []
    fresh = world.store()
    assert not fresh.refresh()  # nor does a new process take it
    assert fresh.loaded is None


def test_an_older_set_is_refused_also_after_a_restart_and_by_another_worker(world: World, tmp_path: Path) -> None:
    world.sign("ann", "ben")
    shutil.copytree(world.folder, tmp_path / "older")
    store = world.store()
    assert store.refresh()
    world.write(a=RULES.format("tighter"))
    world.sign("ben", "cid", number=NOW + 60)
    assert store.refresh()
    assert rules(store) == ["tighter", "second"]
    shutil.rmtree(world.folder)
    shutil.copytree(tmp_path / "older", world.folder)
    for one in (store, world.store()):
        assert not one.refresh()
        assert "it is older than what was in force, which was signed at 2027-01-15 08:01:00Z" in one.problems[0]
    assert rules(store) == ["tighter", "second"]
    world.sign("ann", "ben", number=NOW + 61)  # to go back is to sign anew
    assert store.refresh()
    assert rules(store) == ["first", "second"]


def test_two_sets_of_one_number_are_not_both_taken(world: World) -> None:
    world.sign("ann", "ben")
    assert world.store().refresh()
    world.write(a=RULES.format("evil"))
    world.sign("ann", "ben")
    assert not world.store().refresh()


def test_a_damaged_memory_is_no_reason_to_take_an_older_one(world: World) -> None:
    world.sign("ann", "ben")
    world.memory.write_text("{")
    store = world.store()
    assert not store.refresh()
    assert "cannot be read" in store.problems[0]


def test_a_link_to_the_same_text_is_the_same_file(world: World, tmp_path: Path) -> None:
    (world.folder / "a.yaml").rename(tmp_path / "a.yaml")  # as Kubernetes mounts them
    (world.folder / "a.yaml").symlink_to(tmp_path / "a.yaml")
    world.sign("ann", "ben")
    assert world.store().refresh()


def test_tests_and_what_is_proposed_need_no_signature(world: World) -> None:
    world.sign("ann", "ben")
    (world.folder / "a.test.yaml").write_text("version: 1")
    (world.folder / "proposed").mkdir()
    (world.folder / "proposed" / "c.yaml").write_text(RULES.format("third"))
    store = world.store()
    assert store.refresh()
    assert (rules(store), store.proposed is not None) == (["first", "second"], True)


def test_only_people_of_the_named_groups_count(world: World) -> None:
    world.groups = frozenset({"owners"})
    world.sign("ann", world.enrol("dora", "dora", "support"))
    store = world.store()
    assert not store.refresh()
    assert "dora is in no group of 'policies.signers'" in store.problems[0]
    world.sign("ann", "ben", "dora")
    assert store.refresh()


def test_who_is_enrolled_by_two_others_counts(world: World) -> None:
    by = [(world.people[name][0], world.people[name][1]) for name in ("ann", "ben")]
    world.sign("ann", world.enrol("dora", by=by))
    assert world.store().refresh()


def test_a_mistake_in_what_was_signed_is_told_as_ever(world: World) -> None:
    world.write(a="version: 1\nrulez: []\n")
    world.sign("ann", "ben")
    store = world.store()
    assert not store.refresh()
    assert "rulez" in store.problems[0]
    assert not world.memory.exists()  # it never was in force


@pytest.mark.parametrize(("signed", "loads"), [("off", True), ("accept", True), ("require", False)])
def test_what_settings_ask_for(world: World, signed: str, loads: bool, caplog: pytest.LogCaptureFixture) -> None:
    world.signed = signed
    store = world.store()
    assert store.refresh() is loads
    assert ("not signed by two people" in caplog.text) is (signed == "accept")
    world.sign("ann", "ben")
    assert store.refresh()
    assert (store.signatures is not None) is (signed != "off")


def test_the_statement_is_of_its_own_kind() -> None:
    assert json.loads(statement({"a.yaml": "x"}, 5)) == {
        "vecgate": KIND,
        "number": 5,
        "files": {"a.yaml": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"},
    }
