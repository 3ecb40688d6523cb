"""How does Qdrant say no? A status and its envelope, a plain text, or nothing at all."""

from typing import Literal, Self

Shape = Literal["envelope", "text", "empty"]


class Fault(Exception):
    """An answer that is no result. `retry_after`: seconds, sent as a header."""

    def __init__(self, status: int, message: str = "", shape: Shape = "envelope", retry_after: int = 0) -> None:
        super().__init__(message)
        self.status, self.message, self.shape, self.retry_after = status, message, shape, retry_after

    @classmethod
    def bad_request(cls, message: str) -> Self:
        return cls(400, f"Bad request: {message}")

    @classmethod
    def wrong_input(cls, message: str) -> Self:
        return cls(400, f"Wrong input: {message}")

    @classmethod
    def not_found(cls, message: str) -> Self:
        return cls(404, f"Not found: {message}")

    @classmethod
    def forbidden(cls, message: str) -> Self:
        return cls(403, f"Forbidden: {message}")

    @classmethod
    def invalid(cls, where: str, message: str, what: str = "JSON body") -> Self:
        return cls(422, f"Validation error in {what}: [{where}: {message}]")

    @classmethod
    def no_route(cls) -> Self:
        """An unknown route, and a wrong method: 404 with nothing in it."""
        return cls(404, shape="empty")

    @classmethod
    def standalone(cls) -> Self:
        return cls(405, "Qdrant is running in standalone mode")


def as_text(fault: Fault) -> Fault:
    """The same without an envelope, as routes that send a file say it."""
    return Fault(fault.status, fault.message, "text") if fault.shape == "envelope" else fault


def of_engine(error: Exception) -> Fault:
    """What the server makes of an error of its engine."""
    said = str(error)
    if said.startswith("No point with id"):
        return Fault.not_found(said if said.endswith("found") else f"{said} found")
    if said.startswith("invalid JSON path "):
        return Fault(400, f"Format error in JSON body: Invalid json path: '{said.removeprefix('invalid JSON path ')}'")
    if isinstance(error, MemoryError):
        return Fault(500, "Service internal error: out of memory")
    if said == "Wrong usage of sparse vectors":
        return Fault.wrong_input("Conversion between sparse and regular vectors failed")
    return Fault.wrong_input(said.removeprefix("Wrong input: "))
