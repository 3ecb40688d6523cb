"""How is a place in a JSON tree written, for a surface? Step by step, as a walk does."""

from vecgate.domain.surface import token


def written(*path: str | int) -> str:
    """RFC 6901: `written("documents", 0)` is `/documents/0`."""
    return "".join(map(token, path))
