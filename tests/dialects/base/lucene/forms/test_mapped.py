"""May a field of a mapping show what another one holds, and a setting name a pipeline or a file?"""

from typing import Any

import pytest

from vecgate.dialects.base.lucene.forms import mapped
from vecgate.parsing.forms import Members
from vecgate.refusals.errors import CallRefused

MAPPING = Members(mapped.mapping(("dense_vector",)))


def test_types_are_those_that_are_known() -> None:
    """O-33"""
    for kind in ("keyword", "text", "nested", "dense_vector"):
        said: Any = {"properties": {"a": {"type": kind, "fields": {"b": {"type": "keyword"}}}}}
        assert MAPPING.read(said, "") == said
    wrong: Any
    for wrong in ({"type": "alias", "path": "b"}, {"type": "join"}, {"type": "knn_vector"}, {"type": 5}, {"copy_to": "b"}, {"script": {}},
                  {"properties": {"b": {"type": "percolator"}}}, {"fields": {"b": {"type": "completion"}}}, {"fields": 1}, "keyword"):  # fmt: skip
        with pytest.raises(CallRefused):
            MAPPING.read({"properties": {"a": wrong}}, "")
        with pytest.raises(CallRefused):
            MAPPING.read({"dynamic_templates": [{"t": {"mapping": wrong}}]}, "")
    with pytest.raises(CallRefused):
        MAPPING.read({"runtime": {"a": {"type": "keyword"}}}, "")


def test_settings_name_no_pipeline_script_or_file() -> None:
    """O-52"""
    said: Any
    for said in (
        {"index": {"default_pipeline": "x"}},
        {"index.final_pipeline": "x"},
        {"analysis": {"filter": {"a": {"synonyms_path": "x"}}}},
        {"a": {"script": 1}},
    ):
        with pytest.raises(CallRefused):
            mapped.SETTINGS.read(said, "settings")
    assert mapped.SETTINGS.read({"index": {"number_of_replicas": 0}}, "settings")


def test_settings_do_nothing_that_a_refused_route_does() -> None:
    """O-58, E-69: a policy drops the index later, a block keeps everybody out, or nobody is kept from dropping it."""
    said: Any
    for said, why in (
        ({"index": {"lifecycle": {"name": "x"}}}, "policy"), ({"index.lifecycle.name": "x"}, "policy"), ({"lifecycle": {"name": None}}, "policy"),
        ({"plugins.index_state_management.policy_id": "x"}, "policy"), ({"opendistro": {"index_state_management": {"policy_id": "x"}}}, "policy"),
        ({"index": {"blocks": {"read": True}}}, "shuts"), ({"index.blocks.read_only": None}, "shuts"), ({"Index": {"Blocks.write": False}}, "shuts"),
        ({"index": {"analysis": {"filter": {"s": {"type": "synonym", "synonyms_set": "x"}}}}}, "stored at the server"),
    ):  # fmt: skip
        with pytest.raises(CallRefused, match=why):
            mapped.SETTINGS.read(said, "settings")
