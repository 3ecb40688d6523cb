"""What is written down is what the models say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from vecgate.domain.profiles import ENTITIES, operators
from vecgate.policy.language.model import PolicyFile, Rule
from vecgate.policy.language.schema import _SECTIONS, fill, parts, schema, schema_text
from vecgate.policy.language.values import OPERATIONS
from vecgate.policy.language.whens import NAMES
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


def models(annotation: Any = PolicyFile) -> Iterator[type[BaseModel]]:
    """Every part of a policy file, and of its parts."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models(field.annotation)
    for inner in get_args(annotation):
        yield from models(inner)


def choices(annotation: Any) -> Iterator[object]:
    """The very words that a key takes."""
    inner = annotation.__value__ if hasattr(annotation, "__value__") else annotation
    if get_origin(inner) is Literal:
        yield from get_args(inner)
    for one in get_args(inner):
        yield from choices(one)


def offered(tree: Any, parts: dict[str, Any]) -> Iterator[object]:
    """The words that an editor offers for a key; `parts`: what may be referred to."""
    if isinstance(tree, dict):
        named = parts.get(str(tree.get("$ref")).rpartition("/")[2], {})
        yield from named.get("enum", ())
        yield from tree.get("enum", ())
        yield from [tree["const"]] if "const" in tree else ()
    for inner in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from offered(inner, parts)


def test_an_editor_completes_every_key_of_every_part_and_the_words_that_it_takes():
    made, found = schema(), {*models()}
    assert len(found) >= 20
    for model in found:
        told = made if model is PolicyFile else made["$defs"][model.__name__]
        keys = {field.alias or name: field for name, field in model.model_fields.items()}
        assert set(told["properties"]) == set(keys), model
        assert told["additionalProperties"] is False, model
        for key, field in keys.items():
            missing = {*choices(field.annotation)} - {*offered(told["properties"][key], made["$defs"])}
            assert not missing, f"{model.__name__}.{key}"


def test_an_editor_says_what_a_condition_can_ask():
    said = schema()["$defs"]["Rule"]["properties"]["when"]
    assert "CEL" in said["description"]
    assert set(NAMES) <= {name for one in (said, *said.get("anyOf", ())) for name in one.get("examples", ())}
