"""How does a body look in mitmweb? As JSON in which every vector is one short word, under its exchange's story."""

from mitmproxy import contentviews
from mitmproxy.contentviews import Contentview, Metadata, SyntaxHighlight

from vecgate.recording.pretty import pretty_bytes, printable
from vecgate.viewer.flows import STORY

_ABOVE_BUILT_IN = 2.0


class VecgateContentview(Contentview):
    """JSON, indented, with its vectors collapsed; chosen by itself for every JSON body.

    Above it stand who asked for what, which rule decided, how many records, what was masked, approval and lease.
    """

    @property
    def name(self) -> str:
        return "vecgate"

    @property
    def syntax_highlight(self) -> SyntaxHighlight:
        return "yaml"

    def prettify(self, data: bytes, metadata: Metadata) -> str:
        return story(metadata) + pretty_bytes(data)

    def render_priority(self, data: bytes, metadata: Metadata) -> float:
        content_type = metadata.content_type or ""
        return _ABOVE_BUILT_IN if data and content_type.endswith("json") else -1.0


def story(metadata: Metadata) -> str:
    """The rows of a flow's story, as comments; nothing for a flow without one."""
    rows = metadata.flow.metadata.get(STORY) if metadata.flow is not None else None
    if not isinstance(rows, dict) or not rows:
        return ""
    width = max(map(len, rows))
    return "".join(f"# {name.ljust(width)}  {printable(text)}\n" for name, text in rows.items()) + "\n"


def register() -> None:
    """Make mitmproxy know the view; once or more often."""
    contentviews.add(VecgateContentview)
