"""Messages of the tests' own, made of a few lines of .proto."""

import functools
import os
import tempfile
from pathlib import Path
from typing import Final

from grpc_tools import protoc

from vecgate.dialects.base.grpc.messages import BUILT, Messages

TEXT: Final = """
syntax = "proto3";
package made;
enum Colour { RED = 0; BLUE = 1; }
message Inner { string name = 1; Inner inner = 2; }
message Outer {
  string text = 1;
  int64 number = 2;
  repeated float floats = 3;
  repeated int32 numbers = 4;
  Inner inner = 5;
  repeated Inner inners = 6;
  map<string, string> pairs = 7;
  oneof either { string left = 8; bool right = 9; }
  bytes raw = 10;
  double wide = 11;
  optional int32 perhaps = 12;
  Colour colour = 13;
  fixed32 four = 14;
}
"""


def compiled(folder: Path, into: Path) -> bytes:
    """The descriptors of the `*.proto` in a folder, as `scripts/protos` makes them."""
    files = sorted(str(one.name) for one in folder.glob("*.proto"))
    assert files, folder
    at = os.getcwd()
    try:
        os.chdir(folder)
        assert protoc.main(["protoc", "-I.", f"--descriptor_set_out={into}", *files]) == 0
    finally:
        os.chdir(at)
    return into.read_bytes()


@functools.cache
def made() -> Messages:
    folder = Path(tempfile.mkdtemp(prefix="vecgate-made-"))
    (folder / "made.proto").write_text(TEXT)
    compiled(folder, folder / BUILT)
    return Messages(folder)
