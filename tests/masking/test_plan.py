"""A profile becomes operators, by entity and by key path."""

import pytest

from vecgate.masking.plan import plan
from vecgate.profiles import ENTITIES, KEEP, REPLACE, UNSAFE_NOTHING, MaskProfile, OperatorSpec

KEY = b"k" * 32
REDACT = OperatorSpec("redact")


def test_an_empty_profile_replaces_everything() -> None:
    """An entity that a profile forgets is hidden, not shown."""
    ready = plan(MaskProfile("empty"), KEY)
    assert {e: operator("x y z", e) for e, operator in ready.entities.items()} == {e: f"<{e}>" for e in ENTITIES}
    assert ready.field("email") is None


def test_what_is_kept_is_not_masked() -> None:
    assert plan(UNSAFE_NOTHING, KEY).entities == {}
    assert set(ENTITIES) - set(plan(MaskProfile("p", {"IP": KEEP, "PERSON": REPLACE}), KEY).entities) == {"IP"}


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
    operator = ready.field("metadatas.email")
    assert operator
    assert operator("a", "FIELD") != "a"
