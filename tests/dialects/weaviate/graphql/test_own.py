"""Does a document of a client's say no more than the server's own language, whatever twins of messages say?"""

import pytest

from vecgate.dialects.weaviate.graphql import document
from vecgate.refusals.errors import CallRefused


def test_no_client_of_documents_says_what_only_a_twin_may() -> None:
    for text in ("{Get{Person{__all}}}", "{Get{Person(limit:-1){name}}}", "{Aggregate{Person{age{__int mean}}}}",
                 "{Get{Person(nearVector:{vector:[[0.5]]}){name}}}"):  # fmt: skip
        assert document.read(text, {}, None, ours=True)
        with pytest.raises(CallRefused):
            document.read(text, {}, None)
