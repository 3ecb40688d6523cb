"""The pinned model finds names; any other is not even read."""

from pathlib import Path

import pytest

from vecgate.domain.finding import Finding
from vecgate.masking.detect import model as model_module
from vecgate.masking.detect.model import KNOWN, Model, ModelRefused, digest, locate


def _named(model: Model, text: str, entity: str) -> set[str]:
    return {text[f.start : f.end] for f in model.find([text])[0] if f.entity == entity}


def test_no_text_no_names(model: Model) -> None:
    assert model.find([]) == []
    assert model.find([""]) == [[]]


def test_names_and_places(model: Model) -> None:
    text = "Yesterday John Miller flew from Paris to London to meet Maria Gonzalez."
    assert _named(model, text, "PERSON") == {"John Miller", "Maria Gonzalez"}
    assert _named(model, text, "LOCATION") == {"Paris", "London"}


def test_findings_stay_with_their_text(model: Model) -> None:
    found = model.find(["no one here", "Ask Peter Jackson about it.", ""])
    assert found[0] == []
    assert found[1] == [Finding(4, 17, "PERSON")]


def test_names_far_into_a_long_text_are_found_in_their_place(model: Model) -> None:
    """A long text goes to the model in pieces; offsets are those of the whole."""
    filler = "The parcel was sent on time and arrived in one piece. " * 400
    text = f"{filler}Then John Miller called. {filler}Later Maria Gonzalez wrote."
    assert {"John Miller", "Maria Gonzalez"} <= _named(model, text, "PERSON")


def test_a_text_without_a_single_gap_is_read(model: Model) -> None:
    assert isinstance(model.find(["x" * 20_000])[0], list)


def test_the_dial_turns_both_ways_and_back(model: Model) -> None:
    """What is found at a lower level is found at a higher one; and a level leaves nothing behind."""
    texts = ["april said yes", "ring for grant", "Starter kit for Robin", "ask summer about hope", "will chase and mark",
             "oak, wren and kestrel", "tell olive that sage is here", "Ask Peter Jackson about it."]  # fmt: skip
    letters = {
        level: [{i for f in found for i in range(f.start, f.end)} for found in model.find(texts, level)]
        for level in ("normal", "high", "low", "normal")
    }
    for low, normal, high in zip(letters["low"], letters["normal"], letters["high"], strict=True):
        assert len(low) <= len(normal) <= len(high)
    assert sum(map(len, letters["low"])) < sum(map(len, letters["high"]))


def test_addresses_are_found(model: Model) -> None:
    assert _named(model, "Ship it to 12 Harbour Road, Apt 4, Springfield 62704 by Friday.", "ADDRESS")


def test_json_is_read_as_it_is(model: Model) -> None:
    assert "Mary Jones" in _named(model, '{"id":7,"name":"Mary Jones","k":1}', "PERSON")


def test_the_shipped_default_has_the_known_digest(model: Model) -> None:
    assert model.version == KNOWN["vecgate_en"] == digest(locate("vecgate_en"))


def test_a_wrong_digest_is_refused() -> None:
    with pytest.raises(ModelRefused, match="pinned digest"):
        Model("vecgate_en", "0" * 64)


@pytest.mark.parametrize("package", ["no_such_package", "json", "spacy", "../evil", ""])
def test_a_package_without_a_pipeline_is_refused(package: str) -> None:
    with pytest.raises(ModelRefused, match="no package"):
        Model(package, None)


def test_a_model_nobody_pinned_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that is merely named like a model must not load because it is there; its code must not even run."""
    package = tmp_path / "en_core_web_fake"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('this code ran')")
    (package / "data" / "config.cfg").write_text("[nlp]")
    monkeypatch.syspath_prepend(tmp_path)
    assert locate("en_core_web_fake") == package / "data"
    with pytest.raises(ModelRefused, match="model_sha256"):
        Model("en_core_web_fake", None)


def test_digest_sees_names_contents_and_places(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x").write_text("1")
    seen = {digest(tmp_path)}
    (tmp_path / "a" / "x").write_text("2")
    seen.add(digest(tmp_path))
    (tmp_path / "a" / "x").rename(tmp_path / "a" / "y")
    seen.add(digest(tmp_path))
    (tmp_path / "a" / "y").rename(tmp_path / "y")
    seen.add(digest(tmp_path))
    (tmp_path / "z").write_text("")
    seen.add(digest(tmp_path))
    assert len(seen) == 5


@pytest.mark.parametrize(
    ("found", "entity", "is_believable"),
    [
        # what a place or an address can be
        ("NY", "LOCATION", True),
        ("12 High Street", "ADDRESS", True),
        ("1060 Wien", "LOCATION", True),
        # what stands in logs
        ("13:09Z", "ADDRESS", False),
        ("29:48Z", "LOCATION", False),
        # names have letters, and hardly any digits
        ("Anu", "PERSON", True),
        ("--", "PERSON", False),
        ("R2D2", "PERSON", False),
        ("42", "ORG", False),
    ],
)
def test_what_cannot_be_a_name_is_none(found: str, entity: str, is_believable: bool) -> None:
    assert model_module._believable(found, entity) is is_believable
