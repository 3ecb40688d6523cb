"""What a token's credential says of its engine."""

from vecgate.credentials.kinds.oidc_token.options import Options


def test_a_token_is_read_at_its_role() -> None:
    told = {"kind": "oidc_token", "role": "docs", "gateway_role": "own"}
    assert Options.model_validate(told).path("docs") == "identity/oidc/token/docs"
    assert Options.model_validate(told | {"mount": "who"}).path("own") == "who/oidc/token/own"
