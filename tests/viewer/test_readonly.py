import logging

import pytest
from mitmproxy import options
from mitmproxy.log import LogEntry
from mitmproxy.test import tflow
from mitmproxy.tools.web import app
from mitmproxy.utils.emoji import emoji

from vecgate.viewer.flows import MARKS
from vecgate.viewer.readonly import SIGNS, quiet_entry, quiet_flow, readonly_handlers, shown_options


def test_only_reading_handlers_are_left() -> None:
    readonly_handlers()
    readonly_handlers()
    methods = {
        (path, method)
        for path, handler in app.handlers
        for method in ("post", "put", "patch", "delete")
        if getattr(handler, method) is not app.tornado.web.RequestHandler._unimplemented_method
    }
    assert methods == {("/", "post")}, "the login form is all that may be posted"
    assert len(app.handlers) == 10


def test_of_options_only_harmless_values_are_shown() -> None:
    made = options.Options()
    made.add_option("web_password", str, "", "as mitmweb does")
    made.update(web_password="s3cret", content_view_lines_cutoff=7)
    shown = shown_options(made)
    assert shown.keys() == options.optmanager.dump_dicts(made).keys()
    assert (shown["web_password"]["value"], shown["content_view_lines_cutoff"]["value"]) == ("", 7)
    assert "s3cret" not in repr(shown)


@pytest.mark.parametrize("name", ["Authorization", "x-chroma-token", "API-KEY", "Cookie", "X-Vault-Token"])
def test_a_credential_in_a_flow_is_not_shown(name: str) -> None:
    flow = tflow.tflow(resp=True)
    assert flow.response is not None
    flow.request.headers[name] = flow.response.headers[name] = "s3cret"
    assert "s3cret" not in repr(quiet_flow(flow))
    assert "s3cret" in repr(flow.request.headers)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("", ""),
        ("Web server listening", "Web server listening"),
        (
            "Client closed connection before completing request headers: b'GET / s3cret\\r\\n'",
            "Client closed connection before completing request headers: ***",
        ),
        ('Unexpected data from server: b"s3cret\nmore"', "Unexpected data from server: ***"),
        ("token eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln refused", "token *** refused"),
    ],
)
def test_raw_buffers_and_tokens_in_log_lines_are_not_shown(line: str, shown: str) -> None:
    assert quiet_entry(LogEntry(line, logging.getLevelName(logging.INFO)))["message"] == shown


def test_every_mark_has_a_sign_that_is_no_emoji() -> None:
    for mark in (*MARKS.values(), ":grey_question:"):
        assert ord(SIGNS[emoji[mark]]) < 0x2600
    assert len(set(SIGNS.values())) == len(SIGNS), "they tell apart what they stand for"
