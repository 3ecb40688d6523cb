"""A batch of the size that clients are told passes, however long its vectors are; with text that nobody saw before."""

import random
from collections.abc import Iterator

import chromadb
import pytest
from chromadb.config import Settings

from demo.gateway import DATA, Gateway
from demo.stack import Stack
from path.conftest import Factory
from support.tools.direct import Collection, collection

PREFLIGHT = "/api/v2/pre-flight-checks"


@pytest.fixture(scope="module")
def plain(gateways: Factory) -> Gateway:
    """A gateway with the limits it comes with."""
    made = gateways.make(over={"state": {"prefix": "batches-test"}, "limits": {}})
    made.start()
    return made


@pytest.fixture(params=[384, 768, 1536, 3072])
def dimensions(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def empty(stack: Stack, dimensions: int) -> Iterator[Collection]:
    with collection(stack, f"batch-{dimensions}") as made:
        yield made


def texts(count: int, seed: int) -> list[str]:
    made = random.Random(seed)
    words = ["the", "meeting", "about", "parcel", "was", "moved", "Anna", "Kowalski", "writes", "again", "of", "it"]
    return [f"{n} {made.random()} " + " ".join(made.choices(words, k=40)) for n in range(count)]


@pytest.mark.sample(1)
def test_it_passes_written_out(plain: Gateway, stack: Stack, empty: Collection, dimensions: int) -> None:
    bob, made = stack.token("bob"), random.Random(dimensions)
    most = plain.ask("GET", PREFLIGHT, token=bob).json["max_batch_size"]
    body = {
        "ids": [f"r{n}" for n in range(most)],
        "embeddings": [[made.gauss(0, 1) for _ in range(dimensions)] for _ in range(most)],
        "documents": texts(most, dimensions),
        "metadatas": [{"n": n, "source": f"file-{n}.txt"} for n in range(most)],
    }
    reply = plain.ask("POST", f"{empty.path}/upsert", token=bob, body=body, timeout=180)
    assert reply.status == 200, reply.body[:300]
    assert empty.count() == most


@pytest.mark.sample(1)
def test_it_passes_as_the_official_client_packs_it(
    plain: Gateway, stack: Stack, empty: Collection, dimensions: int
) -> None:
    client = chromadb.HttpClient(
        host="localhost", port=plain.listen.port, ssl=True, headers={"X-Chroma-Token": stack.token("bob")},
        settings=Settings(chroma_server_ssl_verify=str(plain.ca), anonymized_telemetry=False),
    )  # fmt: skip
    most, made = client.get_max_batch_size(), random.Random(dimensions)
    vectors = [[made.random() for _ in range(dimensions)] for _ in range(most)]
    found = client.get_collection(f"batch-{dimensions}", embedding_function=None)
    found.add(ids=[f"r{n}" for n in range(most)], embeddings=vectors, documents=texts(most, dimensions + 1))
    assert empty.count() == most
    with pytest.raises(ValueError, match=r"(?i)batch size"):
        found.add(ids=[f"s{n}" for n in range(most + 1)], embeddings=[vectors[0]] * (most + 1))
    assert DATA in empty.path
