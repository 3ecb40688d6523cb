"""Where a JWT of Qdrant is signed."""

from vecgate.credentials.kinds.qdrant_jwt.options import Options


def test_it_is_signed_with_the_key_that_the_role_names() -> None:
    told = {"kind": "qdrant_jwt", "role": "docs", "gateway_role": "docs"}
    assert Options.model_validate(told).path("docs") == "transit/hmac/docs/sha2-256"
