"""The first search through the gate, with the official client."""

from demo import seed
from demo.gateway import Gateway
from demo.stack import Stack
from demo.tour import client


def test_a_search_is_answered_and_masked(stack: Stack, gateway: Gateway) -> None:
    collection = client(gateway, stack.token("alice")).get_collection(seed.COLLECTION, embedding_function=None)
    found = collection.query(query_embeddings=[seed.embed("refund to the card")], n_results=5)
    read = str(found["documents"]) + str(found["metadatas"])
    assert len(found["ids"][0]) == 5
    assert all(found["ids"][0])
    assert not [value for value in (*seed.EMAILS, *seed.NAMES, *seed.CARDS, *seed.PHONES) if value in read]
    assert found["embeddings"] is None
