"""A login service is asked where it answers what; what it says of another, or of places that others can read, counts nothing."""

from typing import Any

import pytest

from support.logins.service_stub import ServiceStub
from vecgate.desk import service
from vecgate.desk.places import DeskFailed

OPENID, OAUTH = "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"


def test_it_is_read_by_either_of_its_names(stub: ServiceStub) -> None:
    found = service.found(stub.url)
    assert found == stub.service()
    stub.answers = {
        OPENID: [(404, {})],
        OAUTH: [(200, stub.about(authorization_response_iss_parameter_supported=True))],
    }
    assert service.found(stub.url).names_itself


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"issuer": "https://evil.example"}, "says that it is another"),
        ({"issuer": None}, "says that it is another"),
        ({"token_endpoint": None}, "no token_endpoint"),
        ({"token_endpoint": "http://evil.example/token"}, "not https"),
        ({"device_authorization_endpoint": "http://evil.example"}, "not https"),
        ({"jwks_uri": 5}, "is no address"),
    ],
)
def test_what_is_wrong_in_it_is_refused(stub: ServiceStub, over: dict[str, Any], said: str) -> None:
    stub.answers[OPENID] = [(200, stub.about(**over))]
    with pytest.raises(DeskFailed, match=said):
        service.found(stub.url)


def test_one_that_says_nothing_is_none(stub: ServiceStub) -> None:
    stub.answers = {OPENID: [(200, b"<html>")], OAUTH: [(302, {})]}
    with pytest.raises(DeskFailed, match="does not say where one logs in"):
        service.found(stub.url)
    stub.answers = {}
    with pytest.raises(DeskFailed, match="says that it is another"):
        service.found(f"{stub.url}/")


@pytest.mark.parametrize(
    ("methods", "there"), [(["S256"], True), (["plain", "S256"], True), (["plain"], False), ([], False), (None, True)]
)
def test_a_code_is_bound_by_s256_or_not_asked_for(stub: ServiceStub, methods: Any, there: bool) -> None:
    stub.answers[OPENID] = [(200, stub.about(code_challenge_methods_supported=methods))]
    assert bool(service.found(stub.url).authorization_endpoint) is there
