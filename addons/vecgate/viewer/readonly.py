"""What may a browser do in mitmweb? Look, by an allow-list of handlers; and how its page looks (newest first).

mitmweb lets its user edit, resume, kill and replay flows, run commands and change options, and it shows
every option and log line. Here: no route for any of that, values of options only where they are harmless,
and no credential header or raw buffer even if one got into a flow or a log line.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

from mitmproxy import log, optmanager
from mitmproxy.flow import Flow
from mitmproxy.http import HTTPFlow
from mitmproxy.tools.web import app
from mitmproxy.tools.web.master import WebMaster
from mitmproxy.utils.emoji import emoji

from vecgate.identity.bearer import is_credential

#: Options whose value a browser gets to see; of all others it sees the default.
SHOWN_OPTIONS: Final = frozenset({"web_columns", "content_view_lines_cutoff", "server", "view_order"})
#: What would only be answered with 404 or 405 is not offered; what happened gets the width instead.
STYLE: Final = b"<style>\n" + Path(__file__).with_name("page.css").read_bytes() + b"</style>\n"
#: Newest first: the table sorts in the browser, so its own head is clicked until it says so.
SCRIPT: Final = b"\n" + Path(__file__).with_name("page.js").read_bytes()
#: mitmproxy's marks are emoji, and an empty box where no font has them; these signs are in every font.
SIGNS: Final[Mapping[str, str]] = {
    emoji[":hourglass:"]: "\u2026",  # horizontal ellipsis: it waits, or is under way
    emoji[":house:"]: "\u2022",  # bullet: answered by the gateway itself
    emoji[":no_entry:"]: "\u00d7",  # multiplication sign: refused
    emoji[":white_check_mark:"]: "\u221a",  # square root, which looks like a tick
    emoji[":lock:"]: "\u25a0",  # black square: withheld
    emoji[":warning:"]: "!",
    emoji[":door:"]: "\u2190",  # leftwards arrow: the client left
    emoji[":eyes:"]: "\u00b0",  # degree sign: would have been refused, and was only observed
    emoji[":grey_question:"]: "?",
}
_AS_THEY_ARE: Final = (
    app.FilterHelp,
    app.ClientConnection,
    app.Events,
    app.Flows,
    app.State,
)
# Buffers are printed as b'...'; a token is three base64url parts.
_RAW: Final = re.compile(r"""\bb(['"]).*|\beyJ[\w-]+\.[\w-]+\.[\w-]*""", re.DOTALL)

_handlers: Final = tuple(app.handlers)
_flow_to_json: Final = app.flow_to_json
_logentry_to_json: Final = app.logentry_to_json


class ReadIndex(app.IndexHandler):
    """The page, without the buttons that would do nothing."""

    def get(self) -> None:
        page = self.render_string("../index.html")
        policy, mark = self._headers["Content-Security-Policy"], b64encode(sha256(SCRIPT).digest()).decode()
        self.set_header("Content-Security-Policy", f"{policy}; script-src 'self' 'sha256-{mark}'")
        page = page.replace(b"</head>", STYLE + b"</head>", 1)
        self.finish(page.replace(b"</body>", b"<script>" + SCRIPT + b"</script></body>", 1))

    post = get  # the login form


class ReadOptions(app.RequestHandler):
    """The options' names, and the harmless ones' values."""

    def get(self) -> None:
        self.write(shown_options(self.master.options))


class NoCommands(app.RequestHandler):
    """There are none to run."""

    def get(self) -> None:
        self.write({})


class ReadContent(app.RequestHandler):
    """The body of a message, as it is in the flow."""

    def get(self, flow_id: str, message: str) -> None:
        need_message(self, message)
        app.FlowContent.get(cast(app.FlowContent, self), flow_id, message)


class ReadContentView(app.FlowContentView):
    """The body of a message, as a content view shows it."""

    def get(self, flow_id: str, message: str, content_view: str) -> None:
        need_message(self, message)
        super().get(flow_id, message, content_view)


def need_message(handler: app.RequestHandler, message: str) -> None:
    """Raises 404 for a flow without that message."""
    if message == "messages" or getattr(handler.flow, message, None) is None:
        raise app.APIError(404, "No such message.")


_REPLACED: Final[Mapping[type, type[app.RequestHandler]]] = {
    app.IndexHandler: ReadIndex,
    app.Options: ReadOptions,
    app.Commands: NoCommands,
    app.FlowContent: ReadContent,
    app.FlowContentView: ReadContentView,
}


def shown_options(options: Any, keys: set[str] | None = None) -> dict[str, Any]:
    """Options as mitmweb wants them, with the default in place of every value that is not harmless."""
    dumped = optmanager.dump_dicts(options, keys)
    for name, option in dumped.items():
        if name not in SHOWN_OPTIONS:
            option["value"] = option["default"]
    return dumped


def quiet_flow(flow: Flow) -> dict[str, Any]:
    """A flow as mitmweb wants it, with the values of credential headers left out."""
    tree: dict[str, Any] = _flow_to_json(flow)
    tree["marked"] = SIGNS.get(tree["marked"], tree["marked"])
    if isinstance(flow, HTTPFlow):
        for side in ("request", "response"):
            if side in tree:
                headers = tree[side]["headers"]
                tree[side]["headers"] = tuple((k, "***" if is_credential(k) else v) for k, v in headers)
    return tree


def quiet_entry(e: log.LogEntry) -> dict[str, Any]:
    """A log line as mitmweb wants it, without raw buffers and tokens."""
    tree: dict[str, Any] = _logentry_to_json(e)
    tree["message"] = _RAW.sub("***", tree["message"])
    return tree


def _tell_options(self: WebMaster, updated: set[str]) -> None:
    app.ClientConnection.broadcast(type="options/update", payload=shown_options(self.options, updated))


def readonly_handlers() -> None:
    """Make every mitmweb of this process read-only. Call it before its WebMaster is made; twice does no harm."""
    kept = [(path, handler) for path, handler in _handlers if handler in _AS_THEY_ARE]
    replaced = [(path, _REPLACED[handler]) for path, handler in _handlers if handler in _REPLACED]
    app.handlers[:] = [*kept, *replaced]
    app.flow_to_json = quiet_flow
    app.logentry_to_json = quiet_entry
    WebMaster._sig_options_update = _tell_options  # type: ignore[method-assign]
