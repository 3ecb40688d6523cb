import pytest
from mitmproxy import contentviews as built_in
from mitmproxy import http
from mitmproxy.contentviews import Metadata
from mitmproxy.test import taddons, tflow

from vecgate.viewer import contentviews
from vecgate.viewer.contentviews import VecgateContentview


@pytest.mark.parametrize(
    ("data", "content_type", "is_chosen"),
    [
        # nothing to show
        (b"", "application/json", False),
        (b"x", None, False),
        # not ours
        (b"x", "text/html", False),
        # JSON of any kind
        (b"{}", "application/json", True),
        (b"{}", "application/problem+json", True),
    ],
)
def test_it_is_for_json(data: bytes, content_type: str | None, is_chosen: bool) -> None:
    assert (VecgateContentview().render_priority(data, Metadata(content_type=content_type)) > 1) is is_chosen


def test_mitmproxy_chooses_it_by_itself() -> None:
    contentviews.register()
    contentviews.register()
    flow = tflow.tflow(resp=True)
    flow.response = http.Response.make(200, b'{"embeddings":[[1,2,3,4,5,6,7,8]]}', {"content-type": "application/json"})
    with taddons.context():
        shown = built_in.prettify_message(flow.response, flow)
    assert (shown.view_name, "<vector dim=8>" in shown.text) == ("vecgate", True)


def test_what_claims_to_be_json_and_is_not_is_shown_as_it_is() -> None:
    assert VecgateContentview().prettify(b"oops\x1b", Metadata()) == "oops\\u001b"
