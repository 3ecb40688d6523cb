"""Is what stands at a server beside its indices said so that nothing comes or goes that nobody decided on?"""

from typing import Any

import pytest

from support.tools.every import every
from vecgate import dialects
from vecgate.dialects.base.lucene.forms import standing
from vecgate.dialects.opensearch.forms import BODIES
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import CallRefused

FORMS = dict(
    zip(
        ("snapshot", "restore", "template", "part", "ingest"),
        (standing.SNAPSHOT, standing.RESTORE, *standing.templates(BODIES), standing.INGEST),
        strict=True,
    )
)
BACK = {"indices": "people", "include_aliases": False}
OF = {"index_patterns": ["docs-*"]}


def steps(*said: Any) -> dict[str, Any]:
    return {"processors": [*said]}


TAKEN = [
    ("snapshot", {}), ("snapshot", {"indices": "people,docs-*", "ignore_unavailable": True, "partial": False}),
    ("snapshot", {"indices": ["people"], "include_global_state": False, "metadata": {"why": "before"}}),
    ("restore", BACK), ("restore", {**BACK, "rename_pattern": "people", "rename_replacement": "people2", "include_global_state": False}),
    ("template", {**OF, "template": {"settings": {"number_of_shards": 1}}, "priority": 3, "composed_of": ["part"], "_meta": {"by": "us"}}),
    ("template", {"index_patterns": "docs-*"}), ("part", {"template": {"mappings": {"properties": {"a": {"type": "keyword"}}}}, "version": 2}),
    ("ingest", steps({"set": {"field": "kind", "value": "doc"}}, {"remove": {"field": ["a", "b"], "ignore_missing": True}}, {"convert": {"field": "n", "type": "integer"}})),
    ("ingest", {"processors": [{"lowercase": {"field": "a", "on_failure": [{"fail": {"message": "no"}}], "tag": "t"}}], "description": "d"}),
]  # fmt: skip
NOT = [
    ("snapshot", {"include_global_state": True}, "state of the cluster"), ("snapshot", {"feature_states": ["security"]}, "state of the cluster"),
    ("snapshot", {"indices": [".security"]}, "name of an index"), ("snapshot", {"expand_wildcards": "all"}, "open"), ("snapshot", {"indices": []}, "empty"),
    ("restore", {"include_aliases": False}, "'indices' is missing"), ("restore", {"indices": "people"}, "'include_aliases' is missing"),
    ("restore", {**BACK, "include_aliases": True}, "POST /_aliases"), ("restore", {**BACK, "include_global_state": True}, "state of the cluster"),
    ("restore", {**BACK, "index_settings": {"index.default_pipeline": "p"}}, "change what is brought back"),
    ("restore", {**BACK, "rename_pattern": "(p)(.*)", "rename_replacement": "$2"}, r"'\(\.\+\)'"), ("restore", {**BACK, "rename_pattern": "(.*)", "rename_replacement": "x-$1"}, r"'\(\.\+\)'"), ("restore", {**BACK, "storage_type": "remote_snapshot"}, "change what"),
    ("template", {}, "'index_patterns' is missing"), ("template", {"index_patterns": [".kibana*"]}, "name of indices"), ("template", {"index_patterns": ["_all"]}, "name of indices"),
    ("template", {"index_patterns": ["*"]}, "name of indices"), ("template", {**OF, "data_stream": {}}, "data streams"), ("template", {**OF, "template": {"aliases": {"a": {}}}}, "POST /_aliases"),
    ("template", {**OF, "template": {"settings": {"index.search.default_pipeline": "p"}}}, "pipeline"),
    ("part", {"template": {"mappings": {"properties": {"a": {"type": "keyword", "copy_to": "b"}}}}}, "other fields hold"),
    ("ingest", steps({"set": {"field": "_index", "value": "private"}}), "name of a field"), ("ingest", steps({"set": {"field": "a", "value": "{{email}}"}}), "written out"),
    ("ingest", steps({"set": {"field": "{{x}}", "value": 1}}), "name of a field"), ("ingest", steps({"set": {"field": "a", "copy_from": "email", "value": 1}}), "another one holds"),
    ("ingest", steps({"lowercase": {"field": "email", "target_field": "note"}}), "another one holds"), ("ingest", steps({"set": {"field": "a", "value": 1, "if": "true"}}), "program"),
    ("ingest", steps({"set": {"field": "a", "value": 1, "on_failure": [{"script": {"source": "x"}}]}}), "run a program"),
    *(("ingest", steps({kind: {}}), "may move records") for kind in ("rename", "reroute", "script", "pipeline", "drop", "foreach", "enrich", "inference", "text_embedding")),
]  # fmt: skip


@every(("form", "said"), TAKEN)
def test_it_may_say(form: str, said: dict[str, Any]) -> None:
    assert FORMS[form].read(said, "") == said


@every(("form", "said", "why"), NOT)
def test_it_may_not_say(form: str, said: dict[str, Any], why: str) -> None:
    """O-92, O-93, O-94, E-90, E-91, E-92"""
    with pytest.raises(CallRefused, match=why):
        FORMS[form].read(said, "")


@every(
    ("said", "called"),
    [({"indices": "a,b"}, "a b"), ({"indices": ["a"], "rename_pattern": "(.+)", "rename_replacement": "x-$1"}, "x-a"), ({"indices": "a,b", "rename_pattern": "a", "rename_replacement": "c"}, "c b"),
     ({"indices": "banana,b", "rename_pattern": "an", "rename_replacement": "en"}, "benena b")],
)  # fmt: skip
def test_what_comes_back_has_the_names_that_were_decided_on(said: dict[str, Any], called: str) -> None:
    assert " ".join(new for _, new in standing.restored(said)) == called


@every(
    ("said", "why"),
    [({"indices": "a*"}, "names"), ({"indices": "_all"}, "names"), ({"indices": "a", "rename_pattern": "(.+)"}, "together"), ({"indices": "a,b", "rename_pattern": "(.+)", "rename_replacement": "c"}, "one name"),
     ({"indices": "a", "rename_pattern": "(.+)", "rename_replacement": "_$1"}, "no index may have"), ({"indices": "a", "rename_pattern": "a", "rename_replacement": "$1"}, r"'\$1'")],
)  # fmt: skip
def test_what_nobody_could_decide_on_does_not_come_back(said: dict[str, Any], why: str) -> None:
    with pytest.raises(CallRefused, match=why):
        standing.restored(said)


@every("name", ["opensearch", "elasticsearch"])
def test_nobody_with_rows_alone_has_any_of_it(name: str) -> None:
    dialect = dialects.load(name)
    rows = [one for one in dialect.routes if one.path.startswith(("/_snapshot", "/_index_template", "/_ingest"))]
    assert {dialect.scope_of(one) for one in rows} == {"refused"}


@every("name", ["opensearch", "elasticsearch"])
def test_what_is_told_of_it_is_looked_at_and_names_are_kept(name: str) -> None:
    dialect = dialects.load(name)
    shown = dialect.surface(Operation(name, "snapshot_get", "snapshot_list", 1), answer=True)
    assert shown.kind_at("/snapshots/0/metadata/why") == "patterns"
    asked = dialect.surface(Operation(name, "snapshot_create", "snapshot_create", 3), answer=False)
    assert asked.kind_at("/indices/0") == "patterns"
