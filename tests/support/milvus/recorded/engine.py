"""What does this Milvus hold, and what does it do? Rows in memory, with the oddities that were measured on real ones."""

import json
import math
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from support.milvus.evaluated import found

_WHOLE = frozenset({"Int8", "Int16", "Int32", "Int64"})


class Failed(Exception):
    """An error as it is answered: code and message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Collection:
    """One collection: how it was made, and its rows."""

    number: int
    types: dict[str, str]
    key: str = "id"
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def vector(self) -> str:
        return next((name for name, kind in self.types.items() if kind == "FloatVector"), "vector")

    def chosen(self, text: str) -> list[dict[str, Any]]:
        """The rows that a filter finds; a blank one finds all, and so does what makes the parser forget the rest."""
        if not text.strip(" \t\r\n") or "random_sample(" in text:
            return [*self.rows]
        numbered = [{**row, "#": number} for number, row in enumerate(self.rows)]
        try:
            numbers = found(text, numbered, self.types, key="#")
        except (SyntaxError, TypeError, ValueError, NameError, AttributeError, RecursionError, MemoryError) as e:
            raise Failed(65535, f"cannot parse expression: {text}, error: {e}") from e
        return [self.rows[number] for number in numbers]

    def taken(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row as it is stored: a text takes anything, a whole number takes a text of one."""
        new = dict(row)
        for name, kind in self.types.items():
            if name not in row:
                continue
            value = row[name]
            if kind == "VarChar" and not isinstance(value, str):
                new[name] = "" if value is None else json.dumps(value)
            if kind in _WHOLE and isinstance(value, str):
                new[name] = int(value, 0)
        if self.key not in new:
            new[self.key] = 1 + max((row[self.key] for row in self.rows), default=0)
        return new

    def put(self, rows: Sequence[dict[str, Any]], *, over: bool) -> list[Any]:
        """An insert puts a second row beside one of the same id; an upsert takes its place, whosever it was."""
        new = [self.taken(row) for row in rows]
        if over:
            ids = {row[self.key] for row in new}
            self.rows = [row for row in self.rows if row[self.key] not in ids]
        self.rows += new
        return [row[self.key] for row in new]

    def ids_text(self, ids: Any, *, older: bool) -> str:
        """Ids of `get`, pasted into a filter as they are."""
        many = ids if isinstance(ids, list) else [ids]
        if self.types[self.key] == "VarChar":
            return f"{self.key} in [{', '.join(str(one) if older else chr(34) + str(one) + chr(34) for one in many)}]"
        try:
            return f"{self.key} in [{', '.join(str(_whole(one)) for one in many)}]"
        except (ValueError, TypeError) as e:
            raise Failed(
                1806, f"please check the primary key and its' type can only in [int, string], error: {e}"
            ) from e


def _whole(value: Any) -> int:
    if type(value) is int:
        return value
    if isinstance(value, str):
        return int(value, 8) if value[:1] == "0" and value.isdigit() and len(value) > 1 else int(value, 0)
    raise ValueError(value)


def near(rows: Sequence[dict[str, Any]], name: str, vector: Sequence[float]) -> list[tuple[float, dict[str, Any]]]:
    """The rows by their cosine to a vector, the nearest first."""

    def score(row: dict[str, Any]) -> float:
        own = row.get(name) or [0.0] * len(vector)
        size = math.hypot(*own) * math.hypot(*vector)
        return sum(a * b for a, b in zip(own, vector, strict=True)) / size if size else 0.0

    return sorted(((score(row), row) for row in rows), key=lambda one: -one[0])


def shown(row: dict[str, Any], wanted: Sequence[str], made: Collection, *, older: bool, texts: bool) -> dict[str, Any]:
    """A row as answers show it: its id always, JSON in a text, lists by their type, whole numbers as texts where asked for."""
    names = [made.key]
    for one in (name.strip() for name in wanted):
        if one == "*":
            names += [*row]
        elif one == "$meta":
            names += [name for name in row if name not in made.types]
        elif one in row:
            names.append(one)
    return {
        name: _shown(row[name], made.types.get(name, ""), older=older, texts=texts)
        for name in dict.fromkeys(names)
        if name in row
    }


def _shown(value: Any, kind: str, *, older: bool, texts: bool) -> Any:
    if kind == "JSON":
        said = json.dumps(value)
        return b64encode(said.encode()).decode() if older else said
    if kind == "Array":
        what = "LongData" if value and type(value[0]) is int else "StringData"
        return {"Data": {what: {"data": value}} if value else None}
    return str(value) if kind in _WHOLE and texts else value
