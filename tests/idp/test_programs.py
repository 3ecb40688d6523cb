"""What programs send that does not count, and what the login service says of itself."""

from support.logins.served import CLIENT, DEVICE, SITE, Served
from support.tools.every import every


def test_it_says_where_all_is(served: Served) -> None:
    line = served.line()
    for name in ("openid-configuration", "oauth-authorization-server"):
        about = line.get(f"/.well-known/{name}").json()
        assert about["issuer"] == served.url
        assert about["device_authorization_endpoint"] == f"{served.url}/device_authorization"
        assert about["grant_types_supported"] == [DEVICE, "refresh_token", "authorization_code"]
        assert about["vecgate_device_host_supported"] is True
        assert about["authorization_endpoint"] == f"{served.url}/authorize"
        assert about["response_types_supported"] == ["code"]
        assert about["code_challenge_methods_supported"] == ["S256"]
        assert about["authorization_response_iss_parameter_supported"] is True
    keys = line.get("/jwks").json()["keys"]
    assert {(one["kty"], one["crv"], one["alg"], one["use"]) for one in keys} == {("EC", "P-256", "ES256", "sig")}
    assert all("d" not in one for one in keys)


_WRONG = [
    ("unsupported_grant_type", {"grant_type": "password"}),
    ("unsupported_grant_type", {"client_id": CLIENT}),
    ("unsupported_grant_type", {"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange"}),
    ("invalid_client", {"grant_type": DEVICE, "device_code": "x"}),
    ("invalid_client", {"grant_type": DEVICE, "device_code": "x", "client_id": "other"}),
    ("expired_token", {"grant_type": DEVICE, "device_code": "x", "client_id": CLIENT}),
    ("expired_token", {"grant_type": DEVICE, "client_id": CLIENT}),
    ("invalid_client", {"grant_type": "authorization_code", "code": "x"}),
    ("invalid_grant", {"grant_type": "authorization_code", "client_id": SITE, "code": "x"}),
    ("invalid_client", {"grant_type": DEVICE, "device_code": "x", "client_id": SITE}),
    ("invalid_grant", {"grant_type": "refresh_token", "client_id": CLIENT}),
    ("invalid_grant", {"grant_type": "refresh_token", "refresh_token": ".", "client_id": CLIENT}),
    ("invalid_grant", {"grant_type": "refresh_token", "refresh_token": "é" * 9, "client_id": CLIENT}),
]


@every("error, words", _WRONG)
def test_what_is_not_granted_says_why(served: Served, error: str, words: dict[str, str]) -> None:
    answer = served.post("/token", **words)
    assert answer.json()["error"] == error
    assert answer.status_code == (401 if error == "invalid_client" else 400)
    assert answer.headers["cache-control"] == "no-store"


@every("kind, body", [
    ("application/json", b"{}"),
    ("text/plain", b"a=b"),
    ("application/x-www-form-urlencoded", b"a=b&a=c"),
    ("application/x-www-form-urlencoded", b"grant_type=refresh_token&grant_type=x"),
    ("application/x-www-form-urlencoded", b"%ff=a&x"),
    ("application/x-www-form-urlencoded", b"a=" + b"x" * 300_000),
])  # fmt: skip
def test_what_is_no_form_is_not_read(served: Served, kind: str, body: bytes) -> None:
    answer = served.line().post("/token", content=body, headers={"content-type": kind})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@every("method", ["GET", "PUT", "DELETE"])
def test_tokens_are_posted_for(served: Served, method: str) -> None:
    assert served.line().request(method, "/token").status_code in (404, 405)
