"""Are members called as over REST?"""

import pytest

from vecgate.dialects.pinecone.grpc.messages import camel


@pytest.mark.parametrize(
    ("name", "member"), [("id", "id"), ("top_k", "topK"), ("total_vector_count", "totalVectorCount")]
)
def test_fields_are_members_in_camel_case(name: str, member: str) -> None:
    assert camel(name) == member
