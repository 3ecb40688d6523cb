"""What of the tour must be so?"""


class TourFailed(AssertionError):
    """Something of the tour did not happen."""


def expect(condition: bool, what: str) -> None:
    """Raise TourFailed unless it is so."""
    if not condition:
        raise TourFailed(what)
