"""Signatures as AWS makes them: its published vectors (aws-sig-v4-test-suite, and the example of its documentation)."""

import calendar
import time

from support.tools.every import every
from vecgate.credentials.kinds.aws_sigv4.signing import SigningKeys, authorization, signed

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SUITE = SigningKeys("AKIDEXAMPLE", SECRET, "", "us-east-1", "service")
HEADERS = {"host": "example.amazonaws.com", "x-amz-date": "20150830T123600Z"}
FORM = "application/x-www-form-urlencoded"


@every(
    "method,target,more,body,signature",
    [
        ("GET", "/", {}, b"", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("POST", "/", {}, b"", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        (
            "GET",
            "/?Param2=value2&Param1=value1",
            {},
            b"",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        (
            "POST",
            "/",
            {"content-type": FORM},
            b"Param1=value1",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
    ],
)
def test_the_vectors_of_the_suite(method, target, more, body, signature):
    said = authorization(SUITE, method, target, HEADERS | more, body)
    names = ";".join(sorted(HEADERS | more))
    start = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request"
    assert said == f"{start}, SignedHeaders={names}, Signature={signature}"


def test_the_example_of_the_documentation():
    keys = SigningKeys("AKIDEXAMPLE", SECRET, "", "us-east-1", "iam")
    headers = {
        "content-type": f"{FORM}; charset=utf-8",
        "host": "iam.amazonaws.com",
        "x-amz-date": "20150830T123600Z",
    }
    said = authorization(keys, "GET", "/?Action=ListUsers&Version=2010-05-08", headers, b"")
    assert said.endswith("Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")


@every(
    "target,encoded",
    [
        # a name before those that begin with it, whatever comes after "="
        ("/docs/_search?a-b=2&a=1&a1=3", "/docs/_search?a=1&a-b=2&a1=3"),
        # a name alone
        ("/_cat/indices?v&pretty", "/_cat/indices?pretty=&v="),
        # as a client may send them
        ("/_search?expand_wildcards=open,hidden&q=a+b", "/_search?expand_wildcards=open%2Chidden&q=a%2Bb"),
        ("/docs/_search?", "/docs/_search"),
        ("/\u1234?\u1234=bar", "/\u1234?%E1%88%B4=bar"),
        ("/./docs//a/..//_search/", "/docs/_search/"),
    ],
)
def test_a_target_is_signed_in_the_form_that_the_server_works_it_out_in(target, encoded):
    """As botocore 1.44 signs what it has encoded itself."""
    assert authorization(SUITE, "GET", target, HEADERS, b"") == authorization(SUITE, "GET", encoded, HEADERS, b"")


def test_what_goes_with_a_call_names_the_session_and_the_body_and_changes_with_each():
    now = calendar.timegm(time.strptime("20261128T120000", "%Y%m%dT%H%M%S"))
    keys = SigningKeys("ASIA", SECRET, "session", "eu-central-1", "es")
    found = dict(signed(keys, "POST", "db.example", "/docs/_search?size=1", b'{"query":{}}', now))
    assert found["x-amz-date"] == "20261128T120000Z"
    assert found["x-amz-security-token"] == "session"
    assert "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token" in found["authorization"]
    changed = [
        ("GET", "db.example", "/docs/_search?size=1", b'{"query":{}}'),
        ("POST", "other.example", "/docs/_search?size=1", b'{"query":{}}'),
        ("POST", "db.example", "/other/_search?size=1", b'{"query":{}}'),
        ("POST", "db.example", "/docs/_search?size=2", b'{"query":{}}'),
        ("POST", "db.example", "/docs/_search?size=1", b'{"query":{"match_all":{}}}'),
    ]
    others = {dict(signed(keys, *one, now))["authorization"] for one in changed}
    assert len(others | {found["authorization"]}) == 6


def test_keys_show_nothing():
    assert repr(SUITE) == "SigningKeys(region='us-east-1', service='service')"
