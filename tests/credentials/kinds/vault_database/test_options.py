"""What the credential of a database engine says: where users are made, and how they are sent."""

from vecgate.credentials.kinds.vault_database.options import Options
from vecgate.domain.lease import API_KEY, BASIC, BEARER

TOLD = {"kind": "vault_database", "role": "reader", "gateway_role": "own"}


def test_users_are_made_at_their_role() -> None:
    assert Options.model_validate(TOLD).path("reader") == "database/creds/reader"
    assert Options.model_validate(TOLD | {"mount": "db2"}).path("own") == "db2/creds/own"


def test_a_name_and_a_password_go_where_a_database_takes_them() -> None:
    told = Options.model_validate(TOLD)
    assert told.sent((BASIC, BEARER)) == BASIC
    assert told.sent((API_KEY, BEARER)) == BEARER
    assert told.sent((API_KEY,)) is None
    assert Options.model_validate(TOLD | {"way": "bearer"}).sent((BASIC, BEARER)) == BEARER
    assert Options.model_validate(TOLD | {"way": "token"}).sent((BASIC, BEARER)) is None
