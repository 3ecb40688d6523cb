"""What a static key's credential says: where it lies, and how it is sent."""

from support.tools.every import every
from vecgate.credentials.kinds.vault_kv.options import Options
from vecgate.domain.lease import API_KEY, BASIC, BEARER, Way

TOLD = {"kind": "vault_kv", "role": "docs/reader", "gateway_role": "docs/own"}


@every(
    "more,path",
    [
        ({}, "secret/data/docs/reader"),
        ({"mount": "kv"}, "kv/data/docs/reader"),
        ({"version": 1}, "secret/docs/reader"),
    ],
)
def test_it_lies_where_its_engine_has_it(more, path):
    assert Options.model_validate(TOLD | more).path("docs/reader") == path


@every(
    "more,ways,sent",
    [
        ({}, (API_KEY, BEARER), API_KEY),
        ({"way": "bearer"}, (API_KEY, BEARER), BEARER),
        ({"way": "basic"}, (API_KEY, BEARER), None),
        ({"header": "X-Key"}, (API_KEY,), Way("header", "x-key")),
        ({"header": "authorization", "scheme": "Token"}, (BASIC,), Way("header", "authorization", "Token")),
    ],
)
def test_it_is_sent_as_the_database_takes_it(more, ways, sent):
    assert Options.model_validate(TOLD | more).sent(ways) == sent
