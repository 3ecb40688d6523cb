"""What is to be said of an upstream's credential, for this kind?"""

import pytest
from pydantic import ValidationError

from vecgate.credentials.kinds.pinecone_key.options import Options


def test_it_takes_the_secret_of_a_service_account_and_the_project() -> None:
    told = {"kind": "pinecone_key", "admin": "secret/data/vecgate/db", "project": "p-1"}
    made = Options.model_validate(told)
    assert (made.admin_url, made.login_url) == ("https://api.pinecone.io", "https://login.pinecone.io")
    for lacking in ("admin", "project"):
        with pytest.raises(ValidationError, match=lacking):
            Options.model_validate({name: value for name, value in told.items() if name != lacking})


@pytest.mark.parametrize("project", ["", "../x", "a/b", "a?b"])
def test_a_project_is_a_segment(project: str) -> None:
    with pytest.raises(ValidationError, match="project"):
        Options.model_validate({"kind": "pinecone_key", "admin": "secret/data/x", "project": project})
