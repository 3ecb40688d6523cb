"""How is HTTP/2 spoken, from either side? On hyper-h2, without what of it is done for nobody, and within its memory.

Its checks of a head go through each header six times, and through each character of it once, in Python: a head that one
expression finds good is not asked about any more. What it does not find good is theirs to judge, in their words.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

import h2.config
import h2.connection
import h2.events
import h2.settings
import h2.stream
from hpack import Decoder, HPACKDecodingError
from hyperframe.frame import Frame

type Pairs = list[tuple[bytes, bytes]]

# hyper-h2 has each frame that comes say itself, data in hex, for a log that nobody reads.
setattr(Frame, "__repr__", object.__repr__)

_OF_A_REQUEST: Final = frozenset({b":method", b":scheme", b":authority", b":path"})
#: Headers as they are written below; those about which hyper-h2 has rules of their own are not among them.
_FIELDS: Final = (
    rb"(?:(?!(?:te(?!\0trailers\n)|host|cookie|connection|proxy-connection|keep-alive|transfer-encoding|upgrade)\0)"
    rb"[\x21-\x39\x3b-\x40\x5b-\x7e]++\0(?![ \t])[^\0\r\n]*+(?<![ \t])\n)*+"
)
_REQUEST: Final = re.compile(rb"(?::[a-z]++\0(?![ \t\n])[^\0\r\n]*+(?<![ \t])\n){4}" + _FIELDS)
_ANSWER: Final = re.compile(rb":status\0[0-9]{3}\n" + _FIELDS)
_TRAILERS: Final = re.compile(_FIELDS)
#: Of an encoder that has no table, before its first head: so large is it, and will stay (RFC 7541 section 4.2).
_NO_TABLE: Final = b"\x20"
_NEVER_INDEXED: Final = b"\x10"  # with a name of its own (RFC 7541 section 6.2.3)

#: More than two in a head are never meant (RFC 7541 section 4.2), and each takes longer than a header.
_RESIZED: Final = re.compile(rb"(?:[\x20-\x3e]|\x3f[\x80-\xff]*+[\x00-\x7f]){3}")
#: Any other is not kept, of 65,536 that there may be (RFC 9113 section 6.5.2).
_SETTINGS: Final = frozenset(h2.settings.SettingCodes)


class Http2Line(h2.connection.H2Connection):
    """One connection. A peer that takes no more calls still answers those that it has (RFC 9113 section 6.8)."""

    def __init__(self, *, client_side: bool) -> None:
        super().__init__(
            h2.config.H2Configuration(
                client_side=client_side,
                header_encoding=None,
                validate_outbound_headers=False,  # ours are good
                normalize_outbound_headers=False,  # `Plain` does
            )
        )
        self.encoder = Plain()  # type: ignore[assignment]
        self.decoder = _Unpacked()
        self.decoder.max_header_list_size = self.DEFAULT_MAX_HEADER_LIST_SIZE

    def _receive_settings_frame(self, frame: Any) -> tuple[list[Any], list[h2.events.Event]]:
        frame.settings = {key: value for key, value in frame.settings.items() if key in _SETTINGS}
        return super()._receive_settings_frame(frame)

    def _receive_goaway_frame(self, frame: Any) -> tuple[list[Any], list[h2.events.Event]]:
        told = h2.events.ConnectionTerminated()
        told.error_code, told.last_stream_id = frame.error_code, frame.last_stream_id
        return [], [told]

    def _begin_new_stream(self, *of: Any) -> h2.stream.H2Stream:
        made = super()._begin_new_stream(*of)
        made.__class__ = _Stream
        return made


class _Unpacked(Decoder):
    def decode(self, data: bytes, raw: bool = False) -> Any:
        if _RESIZED.match(data):
            raise HPACKDecodingError("a table that is resized more than twice")
        return super().decode(data, raw)


class _Stream(h2.stream.H2Stream):
    def _process_received_headers(self, headers: Iterable[Any], flags: Any, encoding: Any) -> list[Any]:
        found = list(headers)
        return found if is_good(found, flags) else super()._process_received_headers(found, flags, encoding)


def is_good(head: Pairs, of: Any) -> bool:
    """Whether it is certain that hyper-h2 takes this head as it stands. `of`: its HeaderValidationFlags."""
    form = _ANSWER if of.is_response_header else _TRAILERS if of.is_trailer else _REQUEST
    if form is _REQUEST and {name for name, _ in head[:4]} != _OF_A_REQUEST:
        return False
    told = b"".join([b"%b\0%b\n" % (name, value) for name, value in head])
    is_one = told.count(b"\n") == told.count(b"\0") == len(head)  # so that none holds what stands between them
    return is_one and form.fullmatch(told) is not None


class Plain:
    """Heads as they go out: word for word, and nothing of one is remembered for the next.

    So no table of the other side's, however large, is filled, and no credential stands in one.
    """

    header_table_size = 0  # hyper-h2 sets it as the other side's settings say

    def __init__(self) -> None:
        self._before = _NO_TABLE

    def encode(self, head: Iterable[tuple[bytes, bytes]]) -> bytes:
        """One, packed."""
        before, self._before = self._before, b""
        return before + b"".join([_NEVER_INDEXED + _text(name.lower()) + _text(value.strip()) for name, value in head])


def _text(text: bytes) -> bytes:
    """A text with its length, which is one byte up to 126 (RFC 7541 sections 5.1 and 5.2)."""
    rest = len(text) - 127
    if rest < 0:
        return b"%c%b" % (len(text), text)
    length = bytearray(b"\x7f")
    while rest > 127:
        length.append(rest & 127 | 128)
        rest >>= 7
    return b"%b%c%b" % (bytes(length), rest, text)
