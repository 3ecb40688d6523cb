"""What does a spreadsheet take for text? Whatever does not begin as a formula would (CWE-1236)."""

from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain(cell: str) -> str:
    """A cell as text, whatever a spreadsheet would make of it."""
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell
