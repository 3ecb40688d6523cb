"""Is a refusal shown by every client, and is an answer told as JSON with the gateway's own address?"""

import json

from support.tools.every import every
from vecgate.dialects.pinecone import said
from vecgate.dialects.pinecone.indexes import Hosts
from vecgate.domain.call import Answer
from vecgate.refusals.catalogue import CATALOGUE, Refusal

HOSTS = Hosts((".pinecone.io",))


@every("code", [code for code in CATALOGUE if code.startswith(("policy.", "hold.", "rows.", "route.", "oracle."))])
def test_a_refusal_has_both_shapes(code: str) -> None:
    """N-41: what a policy denies is never sent again, and never shown without its reason."""
    kind = CATALOGUE[code]
    told = said.rendered(Refusal(code, kind.status, kind.what, kind.todo, kind.retry_after, "request-1"))
    tree = json.loads(told.body)
    assert (tree["status"], tree["message"]) == (told.status, tree["error"]["message"])
    assert code in tree["message"]
    assert type(tree["code"]) is int
    assert tree["details"] == []
    if code in ("policy.denied", "policy.no_rule", "route.refused", "rows.unscopable"):
        assert (told.status, tree["code"], tree["error"]["code"]) == (403, 7, "PERMISSION_DENIED")


def test_errors_in_plain_text_become_json() -> None:
    answer = said.spoken("query", Answer(401, body=b"Unauthorized: Wrong API key"), "https://gw.test", HOSTS)
    assert json.loads(answer.body) == {"message": "Unauthorized: Wrong API key"}
    assert said.spoken("delete_index", Answer(202), "https://gw.test", HOSTS).body == b""


def test_only_answers_about_indexes_name_a_host() -> None:
    """N-01"""
    body = json.dumps({"name": "people", "host": "x.pinecone.io"}).encode()
    told = said.spoken("describe_index", Answer(200, body=body), "https://gw.test", HOSTS)
    assert json.loads(told.body)["host"] == "https://gw.test/idx/people"
    stored = json.dumps({"matches": [{"id": "a", "metadata": {"host": "x.pinecone.io"}}]}).encode()
    assert said.spoken("query", Answer(200, body=stored), "https://gw.test", HOSTS).body == stored


def test_a_client_that_loses_the_reason_is_told_it_under_another_status() -> None:
    """N-41"""
    kind = CATALOGUE["collection.unknown"]
    refusal = Refusal("collection.unknown", kind.status, kind.what, kind.todo, None, "request-1")
    script, python = "@pinecone-database/pinecone v8.2.0; lang=typescript; node v20.20.2", "python-client-10.2.0"
    assert [said.rendered(refusal, agent).status for agent in (script, python, "")] == [403, 404, 404]
