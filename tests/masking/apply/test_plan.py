"""A profile becomes operators, by entity and by key path."""

import contextlib

import pytest

from vecgate.domain.finding import Finding
from vecgate.domain.profiles import ENTITIES, KEEP, ON_REQUEST, REPLACE, UNSAFE_NOTHING, MaskProfile, OperatorSpec
from vecgate.masking.apply.plan import UNSERVED, Painted, Span, Unproved, plan
from vecgate.masking.detect.hidden import UNREAD
from vecgate.refusals.errors import MaskRefused

KEY = b"k" * 32
REDACT = OperatorSpec("redact")


def test_an_empty_profile_replaces_all_but_what_is_masked_on_request() -> None:
    """An entity that a profile forgets is hidden, not shown."""
    ready = plan(MaskProfile("empty"), KEY)
    hidden = {e: f"<{e}>" for e in ENTITIES if e not in ON_REQUEST} | {UNREAD: "[REDACTED]"}
    assert {e: operator("x y z", e) for e, operator in ready.entities.items()} == hidden
    assert ready.field("email") is None


def test_what_is_kept_is_not_masked() -> None:
    assert plan(UNSAFE_NOTHING, KEY).entities == {}
    assert set(ENTITIES) - set(plan(MaskProfile("p", {"IP": KEEP, "URL": REPLACE}), KEY).entities) == {
        "IP",
        *(ON_REQUEST - {"URL"}),
    }


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        # any depth
        ("*.email", "metadatas.email", True),
        ("*.email", "email", True),
        ("*.email", "metadatas.contact.email", True),
        ("*.email", "metadatas.Email", True),
        # one place only
        ("metadatas.email", "metadatas.email", True),
        ("email", "metadatas.email", False),
        # near misses
        ("*.email", "metadatas.email_sent", False),
        ("*.email", "metadatas.noemail", False),
        ("*.e?ail", "metadatas.email", True),
    ],
)
def test_field_globs(glob: str, path: str, matches: bool) -> None:
    ready = plan(MaskProfile("p", fields={glob: REDACT}), KEY)
    assert (ready.field(path) is not None) is matches


def test_where_two_globs_match_the_one_that_hides_wins() -> None:
    ready = plan(MaskProfile("p", fields={"*.email": KEEP, "metadatas.*": REDACT}), KEY)
    rule = ready.field("metadatas.email")
    assert rule is not None
    assert ready.operators()[1][rule]("a", "FIELD") != "a"


def test_a_field_policy_may_drop_the_field() -> None:
    ready = plan(MaskProfile("p", fields={"a": REDACT, "b": OperatorSpec("drop")}), KEY)
    assert [ready.drops(ready.field(key) or 0) for key in "ab"] == [False, True]


def test_spans_are_merged_once_for_each_text() -> None:
    ready = plan(MaskProfile("p", {"URL": REPLACE}), KEY)
    found = (Finding(0, 3, "PERSON", "model"), Finding(0, 3, "ORG", "model"), Finding(4, 9, "URL", "pattern:url"))
    spans = ready.spans("Ann a.com", found)
    assert spans == (Span(0, 3, "PERSON", "model"), Span(4, 9, "URL", "pattern:url"))
    assert ready.spans("Ann a.com", found) is spans
    assert ready.spans("Ann a.com", list(found)) == spans
    assert ready.spans("Ann", ()) == ()


def test_a_finding_outside_its_text_is_an_error() -> None:
    with pytest.raises(ValueError, match="outside"):
        plan(MaskProfile("p"), KEY).spans("Ann", [Finding(0, 9, "PERSON")])


def test_lists_of_the_profile_count() -> None:
    ready = plan(MaskProfile("p", allow=("Bloom",), deny={"ID": ("nightjar",)}), KEY)
    assert ready.spans("Bloom", (Finding(0, 5, "PERSON"),)) == ()
    assert [(s.entity, s.rule) for s in ready.spans("nightjar", ())] == [("ID", "list:deny")]


@pytest.mark.parametrize("unserved", ["model", "redact", "refuse"])
def test_what_no_model_reads_is_masked_as_far_as_can_be_hidden_or_refused(unserved: str) -> None:
    ready = plan(MaskProfile("p", unserved=unserved), KEY)  # type: ignore[arg-type]
    found = (Finding(0, 12, UNSERVED, "language:fi"), Finding(0, 3, "PERSON", "model"))
    if unserved == "refuse":
        with pytest.raises(MaskRefused) as e:
            ready.spans("Anu on tääll", found)
        assert e.value.code == "mask.language"
        return
    whole = Span(0, 12, UNSERVED, "language:fi")
    assert ready.spans("Anu on tääll", found) == (
        (whole,) if unserved == "redact" else (Span(0, 3, "PERSON", "model"),)
    )
    assert UNSERVED not in ready.entities or ready.entities[UNSERVED]("abc", UNSERVED) == "[REDACTED]"


def test_an_operator_that_remembers_does_so_for_one_answer() -> None:
    ready = plan(MaskProfile("p", {"PERSON": OperatorSpec("replace", {"numbered": True})}), KEY)
    one, other = ready.operators()[0], ready.operators()[0]
    assert [one["PERSON"](name, "PERSON") for name in ("Ann", "Bob", "Ann")] == [
        "<PERSON_1>",
        "<PERSON_2>",
        "<PERSON_1>",
    ]
    assert other["PERSON"]("Bob", "PERSON") == "<PERSON_1>"
    plain = plan(MaskProfile("p"), KEY)
    assert plain.operators()[0] is plain.entities


def test_plans_of_one_profile_share_what_is_masked_of_a_text() -> None:
    """Or each tenant's plan would remember all of it again."""
    profile = MaskProfile("p", {"EMAIL": OperatorSpec("hash")})
    one = plan(profile, KEY)
    other = plan(profile, b"o" * 32, one)
    found = [Finding(0, 7, "EMAIL", "plain")]
    assert one.spans("a@b.org", found) is other.spans("a@b.org", found)
    assert one.entities["EMAIL"]("a@b.org", "EMAIL") != other.entities["EMAIL"]("a@b.org", "EMAIL")


def _kept(profile: MaskProfile, text: str, there: Finding) -> bool:
    ready, found = plan(profile, KEY), (there,)
    with contextlib.suppress(Unproved):
        ready.spans(text, found)
    painted = Painted(found, [(there.start, there.end, "shown")], [(there.entity, "easy", 1)])
    ready.keep(painted)
    assert ready.painted((Finding(0, 1, "PERSON"),)) is None
    assert ready.painted(found) in (None, painted)
    return ready.painted(found) is painted


def test_what_is_shown_of_a_text_is_known_only_where_it_is_the_same_for_all() -> None:
    ann = Finding(0, 3, "PERSON")
    assert _kept(MaskProfile("p"), "Ann", ann)
    numbered = OperatorSpec("replace", {"numbered": True})
    assert not _kept(MaskProfile("p", {"PERSON": numbered}), "Ann", ann)
    assert not _kept(MaskProfile("p", {"EMAIL": OperatorSpec("hash")}), "Ann", ann)
    assert not _kept(MaskProfile("p"), "Ann <PERSON:aaaaaaaaaaaaaaaa>", ann)  # whose mark is it?
    unseen = plan(MaskProfile("p"), KEY)
    unseen.keep(Painted((ann,), [], []))
    assert unseen.painted((ann,)) is None
