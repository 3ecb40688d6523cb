"""One loaded model for all tests that look into it; pools belong to the modules that use them."""

import pytest

from vecgate.masking.detect.detector import Detector
from vecgate.masking.detect.model import Model


@pytest.fixture(scope="session")
def model() -> Model:
    return Model("vecgate_en", None)


@pytest.fixture(scope="session")
def detector(model: Model) -> Detector:
    return Detector(model)
