"""Is a server that the environment names reached as it is, and with its key?"""

import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from support.servers import own
from support.servers.qdrant import running_qdrant

KEY = "made-up-admin-key-of-32-characters"


def counted(url: str) -> int:
    asked = urllib.request.Request(f"{url}/collections/a%20b/points/count", b'{"exact":true}', method="POST")
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return int(json.load(answer)["result"]["count"])


def test_a_server_of_yours_is_reached_with_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_qdrant(tmp_path, api_key=KEY) as url:
        monkeypatch.setenv("VECGATE_TEST_QDRANT_URL", url)
        monkeypatch.setenv("VECGATE_TEST_QDRANT_API_KEY", KEY)
        with own.serving("qdrant", "yours", tmp_path, running_qdrant) as through:
            made = urllib.request.Request(f"{through}/collections/a%20b", b"{}", method="PUT")
            urllib.request.urlopen(made, timeout=30).close()
            assert counted(through) == 0
            with pytest.raises(RuntimeError, match="holds /collections/a%20b: the tests take one that holds nothing"):
                own.serving("qdrant", "yours", tmp_path, running_qdrant).__enter__()
        with pytest.raises(urllib.error.HTTPError, match="401"):
            counted(url)
        with own.serving("qdrant", "yours", tmp_path, running_qdrant):
            pass  # what was made there is gone
        monkeypatch.setenv("VECGATE_TEST_QDRANT_API_KEY", "another")
        with pytest.raises(RuntimeError, match="answers 401 to /collections: set VECGATE_TEST_QDRANT_API_KEY"):
            own.serving("qdrant", "yours", tmp_path, running_qdrant).__enter__()
        monkeypatch.setenv("VECGATE_TEST_MILVUS_URL", url)
        monkeypatch.setenv("VECGATE_TEST_MILVUS_API_KEY", "Bearer root:Milvus")
        with pytest.raises(RuntimeError, match="your milvus answers 401 to /v2/vectordb/collections/list"):
            own.serving("milvus", "yours", tmp_path, running_qdrant).__enter__()


def test_without_one_the_summary_says_which_variable_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VECGATE_TEST_CHROMA_URL", raising=False)
    first, second = own.both("chroma")
    assert first == "tests"
    mark, _ = second.marks  # type: ignore[attr-defined]
    assert mark.args == (True,)
    assert mark.kwargs["reason"] == "VECGATE_TEST_CHROMA_URL names no server of yours"
