"""Which calls read or write documents, and how is each answered?"""

from typing import Final

from support.lucene.guarded import ask, calls

CALLS: Final = calls({"query": {"knn": {"vec": {"vector": [0.1, 0.2], "k": 5}}}})
__all__ = ["CALLS", "ask"]
