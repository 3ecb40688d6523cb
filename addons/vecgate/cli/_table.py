"""How is a table shown in a terminal? Columns side by side, each as wide as its widest cell."""

from collections.abc import Sequence


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Its lines; the first row is the heading. No rows, no lines. Raises ValueError for rows of different lengths."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
