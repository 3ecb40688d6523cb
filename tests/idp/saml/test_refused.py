"""Codes are stable, and say nothing of what was sent."""

from vecgate.idp.saml.refused import CODES, SamlRefused


def test_a_refusal_says_its_code_and_words() -> None:
    refused = SamlRefused("saml.replayed")
    assert (refused.code, str(refused)) == ("saml.replayed", CODES["saml.replayed"])
    assert str(SamlRefused("saml.key", "x")).endswith(" x")
