"""Which requests reach a site: by its name, with its own forms; and what is not like the others of it."""

from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from support.tools.every import every
from vecgate.browsers.guard import LOGINS, POLICY, WITHIN, Guard, Site

SITE = Site("https://site.example", "site", foreign=("/token",), counted=("/login",))
OWN = {"origin": SITE.url}


def client(now: list[float], site: Site = SITE) -> TestClient:
    return TestClient(Guard(PlainTextResponse("there"), site, lambda: now[0]), base_url=site.url)


@every(
    "method, path, headers, status",
    [
        ("GET", "/", {}, 200),
        ("POST", "/", OWN, 200),
        ("POST", "/", {}, 403),
        ("POST", "/", {"origin": "https://evil.example"}, 403),
        ("POST", "/", OWN | {"sec-fetch-site": "cross-site"}, 403),
        ("POST", "/token", {}, 200),
        ("POST", "/token/", {}, 403),
        ("POST", "/tokens", {}, 403),
        ("PUT", "/token", OWN, 405),
        ("GET", "/", {"host": "site.example:443"}, 421),
        ("GET", "/", {"host": "SITE.example"}, 421),
        ("POST", "/token", {"host": "evil.example"}, 421),
    ],
)
def test_a_request_is_taken_or_not(method: str, path: str, headers: dict[str, str], status: int) -> None:
    answer = client([0.0]).request(method, path, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-security-policy"] == POLICY
    assert "strict-transport-security" in answer.headers


def test_what_is_counted_is_bounded_and_nothing_else() -> None:
    now = [0.0]
    line = client(now)
    assert [line.get("/login/x").status_code for _ in range(LOGINS + 1)] == [200] * LOGINS + [429]
    assert line.get("/").status_code == 200
    now[0] = WITHIN + 1
    assert line.get("/login").status_code == 200


def test_a_host_that_has_a_network_to_itself_is_one() -> None:
    """Of IPv6 whoever has one address has 2**64: a bound for each would be none."""
    guard = Guard(PlainTextResponse("there"), SITE, lambda: 0.0)

    def come(address: str) -> int:
        return TestClient(guard, base_url=SITE.url, client=(address, 1)).get("/login").status_code

    assert {come(f"2001:db8::{number:x}") for number in range(LOGINS)} == {200}
    assert come("2001:db8::ffff:1") == 429
    assert come("2001:db8:0:1::1") == 200


def test_in_the_clear_nothing_is_promised_of_tls() -> None:
    answer = client([0.0], Site("http://127.0.0.1:1", "site")).get("/")
    assert "strict-transport-security" not in answer.headers
    assert (SITE.host, SITE.is_tls) == ("site.example", True)
