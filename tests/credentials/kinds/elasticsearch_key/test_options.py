"""What is to be said of an upstream's credential, for this kind?"""

import pytest
from pydantic import ValidationError

from vecgate.credentials.kinds.elasticsearch_key.options import Options


def test_it_takes_the_secret_of_an_administrator_and_no_role() -> None:
    assert Options.model_validate({"kind": "elasticsearch_key", "admin": "secret/data/vecgate/db"}).most >= 8
    with pytest.raises(ValidationError, match="admin"):
        Options.model_validate({"kind": "elasticsearch_key"})
