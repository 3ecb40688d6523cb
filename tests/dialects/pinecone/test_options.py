"""Are hosts taken from the settings, and nothing else?"""

import json

import pytest
from pydantic import ValidationError

from vecgate import dialects
from vecgate.dialects.pinecone.options import Options
from vecgate.domain.call import Answer
from vecgate.domain.operation import Operation

OWN = {
    "dialect": "pinecone",
    "url": "https://api.pinecone.io",
    "hosts": ["gw.test"],
    "credential": {"role": "r", "gateway_role": "g"},
}
DESCRIBED = Operation("pinecone", "describe_index", "collection_read", 1)


def test_answers_name_what_the_settings_say() -> None:
    """N-01"""
    body = json.dumps({"name": "people", "host": "p.index.test"}).encode()
    for more, place in (({}, "https://gw.test"), ({"clients_at": "https://gw.test:8443"}, "https://gw.test:8443")):
        dialect = dialects.load("pinecone", Options.model_validate({**OWN, **more, "index_hosts": [".index.test"]}))
        told = dialect.spoken(DESCRIBED, Answer(200, body=body))
        assert json.loads(told.body)["host"] == f"{place}/idx/people"


@pytest.mark.parametrize(
    "more",
    [{"clients_at": "http://gw.test"}, {"clients_at": "https://gw.test/"}, {"index_hosts": []}, {"index_host": ["x"]}],
)
def test_what_is_no_place_is_refused(more: dict[str, object]) -> None:
    """N-03"""
    with pytest.raises(ValidationError):
        Options.model_validate({**OWN, **more})
