"""How is the masking report read? Tables for a terminal, and the same for a README."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bench.masking.aims import rows as aims

type Row = Sequence[object]
#: Types with fewer spans in a set are not shown: their shares say nothing.
FEWEST: Final = 5
BEGIN: Final = "<!-- masking: begin -->"
END: Final = "<!-- masking: end -->"


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def table(head: Row, rows: Sequence[Row], *, markdown: bool) -> str:
    """Cells, aligned; the first column to the left."""
    cells = [[_cell(value) for value in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = [
        [
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in cells
    ]
    if not markdown:
        return "\n".join("  ".join(line) for line in lines)
    rule = ["-" * width if i == 0 else "-" * (width - 1) + ":" for i, width in enumerate(widths)]
    return "\n".join(f"| {' | '.join(line)} |" for line in (lines[0], rule, *lines[1:]))


def _both(of: Mapping[str, Any], *path: str) -> list[Any]:
    """A figure of ours and of Presidio's, by its path; None where it is missing."""
    values: list[Any] = []
    for name in ("ours", "presidio"):
        value: Any = of.get(name)
        for step in path:
            value = None if value is None else value.get(step)
        values.append(value)
    return values


def _more(pair: Sequence[float | None]) -> str | None:
    return None if None in pair else f"{(pair[0] or 0) - (pair[1] or 0):+.3f}"


def _scored(sets: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in sets.items() if "core" in one["ours"] and "types" in one["ours"]}


def _summary(sets: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    head = (
        "set",
        "documents",
        "P",
        "R",
        "F2",
        "cover",
        "span F2",
        "P Presidio",
        "R",
        "F2",
        "cover",
        "span F2",
        "F2 more",
        "strict F2 more",
    )
    paths = (("core", "precision"), ("core", "recall"), ("core", "f2"), ("cover",), ("spans", "f2"))
    rows: list[Row] = []
    sums: list[list[Any]] = []
    for name, one in sets.items():
        pairs = [_both(one, *path) for path in paths]
        figures = [pair[0] for pair in pairs] + [pair[1] for pair in pairs]
        strict = _both(one, "strict", "f2")
        rows.append((name, one["documents"], *figures, _more(_both(one, "core", "f2")), _more(strict)))
        sums.append([*figures, *strict])
    if sums:
        means = [None if None in column else sum(column) / len(column) for column in zip(*sums, strict=True)]
        rows.append(("mean", "", *means[:10], _more((means[2], means[7])), _more((means[10], means[11]))))
    return head, rows


def _types(sets: Mapping[str, Any], only: str | None) -> tuple[Row, list[Row]]:
    head = (
        "set and type",
        "there",
        "cover",
        "P",
        "R",
        "F2",
        "span F2",
        "alarms",
        "cover Presidio",
        "P",
        "R",
        "F2",
        "span F2",
        "alarms",
    )
    rows: list[Row] = []
    for name, one in sets.items():
        if only not in (None, name):
            continue
        for label, ours in one["ours"]["types"].items():
            theirs = one.get("presidio", {}).get("types", {}).get(label)
            if ours["there"] >= FEWEST:
                rows.append((f"{name} {label}", ours["there"], *_figures(ours), *_figures(theirs)))
    return head, rows


def _figures(of: Mapping[str, Any] | None) -> list[Any]:
    if of is None:
        return [None] * 6
    characters = of["characters"]
    return [
        of["cover"],
        characters["precision"],
        characters["recall"],
        characters["f2"],
        of["spans"]["f2"],
        of["false_alarms"],
    ]


def _clean(sets: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    measures = ("core", "strict", "default")
    head = (
        "% of clean letters masked",
        "documents",
        *measures,
        *(f"{name} Presidio" for name in measures),
        *(f"{name} x" for name in measures),
    )
    rows: list[Row] = []
    for name, one in sets.items():
        if "default" not in one["ours"]:
            continue
        pairs = [_both(one, measure) for measure in measures]
        shares = [None if pair[side] is None else f"{100 * pair[side]:.2f}" for side in (0, 1) for pair in pairs]
        rows.append((name, one["documents"], *shares, *(_ratio(*pair) for pair in pairs)))
    return head, rows


def _ratio(ours: float | None, theirs: float | None) -> str | None:
    return f"{ours / theirs:.2f}" if ours is not None and theirs else None


def _obfuscated(sets: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    head = (
        "obfuscation",
        "values",
        "cover plain",
        "obfuscated",
        "F2 plain",
        "obfuscated",
        "less",
        "Presidio: cover plain",
        "obfuscated",
        "F2 plain",
        "obfuscated",
    )
    rows: list[Row] = []
    one = sets.get("hits_adv", {"ours": {}})
    for how, ours in one["ours"].get("obfuscations", {}).items():
        theirs = one.get("presidio", {}).get("obfuscations", {}).get(how)
        mine = _plain_and_not(ours)
        rows.append(
            (
                how,
                ours["values"],
                *mine,
                f"{mine[2] - mine[3]:+.3f}",
                *(_plain_and_not(theirs) if theirs else [None] * 4),
            )
        )
    return head, rows


def _shapes(sets: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    """Share of names that are masked to the last letter."""
    one = sets.get("shapes", {"ours": {}})
    rows: list[Row] = [
        (shape, of["names"], of["default"], of["all"], *_both(one, "whole", shape, "all")[1:])
        for shape, of in one["ours"].get("whole", {}).items()
    ]
    return ("names in the shape of", "names", "masked whole", "with all types", "Presidio"), rows


def _plain_and_not(of: Mapping[str, Any]) -> list[Any]:
    return [of[state][figure] for figure in ("cover", "f2") for state in ("plain", "obfuscated")]


def _throughput(sets: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    head = ("characters per CPU second", "ours", "Presidio", "x Presidio")
    rows: list[Row] = []
    sums: list[tuple[int, list[float | None]]] = []
    for name, one in sets.items():
        spent = _both(one, "cpu_seconds")
        sums.append((one["characters"], spent))
        rows.append((name, *_rates(one["characters"], spent)))
    if sums:
        spent = [None if None in side else sum(side) for side in zip(*(pair for _, pair in sums), strict=True)]
        rows.append(("all", *_rates(sum(count for count, _ in sums), spent)))
    return head, rows


def _rates(characters: int, spent: Sequence[float | None]) -> list[Any]:
    rates = [int(characters / seconds) if seconds else None for seconds in spent]
    return [*rates, _times(rates[0], rates[1])]


def _times(more: float | None, less: float | None) -> str | None:
    return f"{more / less:.1f}" if more and less else None


def _speed(report: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    head = ("10 x 500 characters, ms", "wall p50", "wall p95", "CPU p50", "CPU least", "Presidio's CPU x")
    figures = ("wall_p50_ms", "wall_p95_ms", "cpu_p50_ms", "cpu_least_ms")
    times = report.get("speed", {}).get("times", {})
    theirs = times.get("presidio", {}).get("cpu_p50_ms")
    return head, [
        (name, *(one[figure] for figure in figures), _times(theirs, one["cpu_p50_ms"])) for name, one in times.items()
    ]


def _spent(report: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    return ("our detector's CPU per 10 x 500", "ms"), list(report.get("parts", {}).items())


def _lag(report: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    head = ("event-loop lag, ms", "p50", "p95", "p99", "most", "answers/s")
    rows = report.get("lag", {})
    return head, [
        (name, *(row[k] for k in ("p50_ms", "p95_ms", "p99_ms", "most_ms", "per_second"))) for name, row in rows.items()
    ]


def _memory(report: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    head = ("resident memory", "MB before", "MB after", "unseen words", "MB per 1,000 words")
    rows: list[Row] = []
    for name, size in report.get("speed", {}).get("resident", {}).items():
        rows.append((name, None, f"{size / 1e6:.0f}", None, None))
    for name, one in report.get("growth", {}).items():
        first, *_, last = one["resident"]
        per = (last - first) / 1e6 / one["words"] * 1000
        rows.append((f"{name}, growth", f"{first / 1e6:.0f}", f"{last / 1e6:.0f}", one["words"], f"{per:.4f}"))
    return head, rows


def _tables(report: Mapping[str, Any], only: str | None) -> Iterator[tuple[Row, list[Row]]]:
    sets = report.get("sets", {})
    scored = _scored(sets)
    yield ("aim", "wanted", "measured", "reached"), list(aims(report))
    yield _summary(scored)
    yield _clean(sets)
    yield _obfuscated(sets)
    yield _shapes(sets)
    yield _types(scored, only)
    yield _throughput(sets)
    yield _speed(report)
    yield _spent(report)
    yield _lag(report)
    yield _memory(report)


def shown(report: Mapping[str, Any], *, markdown: bool) -> str:
    """The report for people; as Markdown, with the types of the search hits only."""
    found = _tables(report, "hits" if markdown else None)
    return "\n\n".join(table(head, rows, markdown=markdown) for head, rows in found if rows)


def replaced(page: str, tables: str) -> str:
    """A page with new tables between its marks. Raises ValueError when it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"the page has no {BEGIN} and {END}")
    return f"{before}{begin}\n{tables}\n{end}{after}"
