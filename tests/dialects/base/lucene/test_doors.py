"""Which answers of a server show a side door that both databases have, near misses among them?"""

import base64
import json
from typing import Any

from support.tools.every import every
from vecgate.dialects.base.doors import Said
from vecgate.dialects.base.lucene import doors

KNOCKS = (
    doors.anyone("a", "b"),
    doors.delivered("elastic", "changeme", "a", "b"),
    doors.pages("b"),
    *doors.settings("b"),
)
OPEN = {knock.what: knock.open for knock in KNOCKS}


def said(status: int, body: Any = b"", **headers: str) -> Said:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Said(status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


@every(
    ("door", "answer", "words"),
    [
        ("calls without a login", said(200, {"persistent": {}}), "without a login"),
        ("calls without a login", said(401, {"persistent": {}}), None),
        ("elastic with the password it is delivered with", said(200, {"persistent": {}}), "elastic:changeme"),
        ("elastic with the password it is delivered with", said(200, {}), None),
        ("pages of other sites (CORS)", said(200, access_control_allow_origin="*"), "any site"),
        ("pages of other sites (CORS)", said(200), None),
        (
            "action.auto_create_index",
            said(200, {"defaults": {"action.auto_create_index": "true"}}),
            "a write makes an index",
        ),
        ("action.auto_create_index", said(200, {"persistent": {"action.auto_create_index": "false"}}), None),
        (
            "script.allowed_types",
            said(200, {"defaults": {"script.allowed_types": []}}),
            "scripts and stored templates run",
        ),
        ("rest.action.multi.allow_explicit_index", said(200, {"defaults": {}}), "names any index"),
        (
            "action.destructive_requires_name",
            said(200, {"transient": {"action.destructive_requires_name": True}}),
            None,
        ),
    ],
)
def test_an_answer_shows_a_door_or_none(door: str, answer: Said, words: str | None) -> None:
    found = OPEN[door](answer)
    assert found is None if words is None else words in str(found)


def test_the_login_as_delivered_is_said_and_no_more() -> None:
    (knock,) = [one for one in KNOCKS if one.what.startswith("elastic")]
    assert dict(knock.call.headers) == {"authorization": f"Basic {base64.b64encode(b'elastic:changeme').decode()}"}
