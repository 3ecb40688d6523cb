"""How does what a page shows become a file? As CSV that no spreadsheet takes for a formula, and as JSON."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from starlette.responses import Response

from vecgate.parsing.cells import plain


def as_csv(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A file of that name: its head, and each row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return _file(f"{name}.csv", text.getvalue().encode("utf-8", "replace"), "text/csv; charset=utf-8")


def as_json(name: str, rows: Any) -> Response:
    return _file(f"{name}.json", orjson.dumps(rows, option=orjson.OPT_INDENT_2), "application/json")


def safe(cell: Any) -> str:
    """A cell as text, whatever a spreadsheet would make of it; numbers are the console's own."""
    if isinstance(cell, int | float):
        return str(cell)
    return "" if cell is None else plain(str(cell))


def _file(name: str, raw: bytes, kind: str) -> Response:
    return Response(raw, media_type=kind, headers={"content-disposition": f'attachment; filename="vecgate-{name}"'})
