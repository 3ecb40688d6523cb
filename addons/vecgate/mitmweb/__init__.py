"""What do operators see? How flows look in mitmweb, and the read-only viewer of a recorded session."""

from typing import Final

#: What mitmweb shows of each flow; the comment tells who did what, and what was decided.
COLUMNS: Final = ("icon", "method", "path", "status", "comment", "size", "timestamp")
