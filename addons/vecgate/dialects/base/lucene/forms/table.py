"""How are many routes that are refused for one reason written down? As a table of kind, danger, methods, name and path."""

from vecgate.dialects.base.routing import Route


def refused(why: str, url: str, table: str) -> tuple[Route, ...]:
    """A row for each method of each line."""
    rows = (line.split() for line in table.strip().splitlines())
    return tuple(
        Route(method, path, name, kind, int(danger), url, refused=why)
        for kind, danger, methods, name, path in rows
        for method in methods.split(",")
    )
