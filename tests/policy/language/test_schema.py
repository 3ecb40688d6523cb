"""What is written down is what the models say."""

import json
from pathlib import Path

import pytest

from vecgate.domain.profiles import ENTITIES, operators
from vecgate.policy.language.model import PolicyFile, Rule
from vecgate.policy.language.schema import _SECTIONS, fill, parts, schema, schema_text
from vecgate.policy.language.values import OPERATIONS
from vecgate.refusals.errors import PolicyError

FOLDER = Path(__file__).parents[3] / "policies"


def test_a_readme_without_its_parts_is_refused():
    with pytest.raises(PolicyError, match="its generated parts are not those of the grammar"):
        fill("")


def test_a_part_twice_or_of_an_unknown_name_is_refused():
    readme = "".join(f"<!-- generated: {name} -->\n<!-- end -->\n" for name in parts())
    assert fill(readme).count("| key | required | meaning |") == len(_SECTIONS)
    for wrong in (
        readme + "<!-- generated: who -->\n<!-- end -->\n",
        readme + "<!-- generated: whom -->\n<!-- end -->\n",
    ):
        with pytest.raises(PolicyError):
            fill(wrong)


def test_filling_twice_changes_nothing():
    readme = "".join(f"x\n<!-- generated: {name} -->\nSTALE\n<!-- end -->\ny\n" for name in parts())
    assert "STALE" not in fill(readme)
    assert fill(fill(readme)) == fill(readme)


def test_the_committed_schema_is_the_generated_one():
    assert (FOLDER / "schema.json").read_text("utf-8") == schema_text(), "run: vecgate policy schema --write policies"


def test_the_committed_tables_are_the_generated_ones():
    readme = (FOLDER / "README.md").read_text("utf-8")
    assert fill(readme) == readme, "run: vecgate policy schema --write policies"


def test_every_key_has_a_description():
    keys = [key for model in schema()["$defs"].values() for key in model.get("properties", {}).values()]
    assert keys
    assert [key for key in keys if "description" not in key] == []


def test_the_schema_knows_the_same_words_as_the_loader():
    text = json.dumps(schema())
    assert all(f'"{word}"' in text for word in (*OPERATIONS, *ENTITIES, *operators(), "anyone", "anywhere"))
    assert set(schema()["properties"]) == set(PolicyFile.model_fields)
    assert set(schema()["$defs"]["Rule"]["required"]) == {k for k, f in Rule.model_fields.items() if f.is_required()}
    assert schema()["$defs"]["Rule"]["additionalProperties"] is False
