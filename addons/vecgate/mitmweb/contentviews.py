"""How does a body look in mitmweb? As JSON in which every vector is one short word."""

from mitmproxy import contentviews
from mitmproxy.contentviews import Contentview, Metadata, SyntaxHighlight

from vecgate.recording.pretty import pretty_bytes

_ABOVE_BUILT_IN = 2.0


class VecgateContentview(Contentview):
    """JSON, indented, with its vectors collapsed; chosen by itself for every JSON body."""

    @property
    def name(self) -> str:
        return "vecgate"

    @property
    def syntax_highlight(self) -> SyntaxHighlight:
        return "yaml"

    def prettify(self, data: bytes, metadata: Metadata) -> str:
        return pretty_bytes(data)

    def render_priority(self, data: bytes, metadata: Metadata) -> float:
        content_type = metadata.content_type or ""
        return _ABOVE_BUILT_IN if data and content_type.endswith("json") else -1.0


def register() -> None:
    """Make mitmproxy know the view; once or more often."""
    contentviews.add(VecgateContentview)
