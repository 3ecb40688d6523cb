"""Haystack's document stores and retrievers: what their users do, over whichever store a walk opens."""

from typing import Any

from cases import IDS, METADATA, PERSON, TEXTS, VECTORS, embed
from haystack import Document
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.document_stores.types import DuplicatePolicy

DOCUMENTS = [
    Document(id=id, content=text, embedding=vector, meta=meta)
    for id, text, vector, meta in zip(IDS, TEXTS, VECTORS, METADATA, strict=True)
]
OPEN = {"field": "meta.status", "operator": "==", "value": "open"}
ANNA = {"status": "open", "mail": "anna.schmidt@example.org"}


class Documents:
    """Cases that any store has. A walk says what `opens` it, and which `retriever` finds by vector."""

    store: Any
    #: What is kept beside a person's text; how many are asked for with a filter, and how many are too many.
    META, SOME, TOO_MANY = ANNA, 4, 100

    def opens(self) -> Any:
        raise NotImplementedError

    def retriever(self, k: int) -> Any:
        raise NotImplementedError

    def shown(self, documents: Any) -> Any:
        """What is compared of hits."""
        return [[one.id, one.content, one.meta, one.score] for one in documents]

    def found(self, vector: Any, k: int, **asked: Any) -> Any:
        return self.shown(self.retriever(k).run(query_embedding=vector, **asked)["documents"])

    def start(self) -> Any:
        self.store = self.opens()

    def counts(self) -> Any:
        return self.store.count_documents()

    def writes(self) -> Any:
        return self.store.write_documents(DOCUMENTS, policy=DuplicatePolicy.OVERWRITE)

    def writes_a_person(self) -> Any:
        one = Document(id="d5", content=PERSON, embedding=embed(PERSON), meta=dict(self.META))
        return self.store.write_documents([one])

    def searches(self) -> Any:
        return self.found(VECTORS[0], 2)

    def searches_with_filter(self) -> Any:
        return self.found(VECTORS[1], self.SOME, filters=OPEN)

    def asks_for_too_many(self) -> Any:
        return self.found(VECTORS[0], self.TOO_MANY)

    def filters(self) -> Any:
        return sorted(self.shown(self.store.filter_documents(OPEN)))

    def deletes(self) -> Any:
        self.store.delete_documents(["d0"])
        return self.counts()

    def deletes_all(self) -> Any:
        self.store.delete_all_documents()
        return self.counts()


class OnLucene(Documents):
    """What those of OpenSearch and Elasticsearch have beside. A walk says which retriever finds by `words`."""

    def words(self, k: int, **more: Any) -> Any:
        raise NotImplementedError

    def scored(self, **more: Any) -> Any:
        found = self.words(2, **more).run(query="thermostat")
        return [[one.id, one.score] for one in found["documents"]]

    def writes_twice(self) -> Any:
        try:
            return self.store.write_documents(DOCUMENTS[:1], policy=DuplicatePolicy.FAIL)
        except DuplicateDocumentError as e:
            return str(e)

    def shows_masked(self) -> Any:
        return self.found(embed(PERSON), 1)

    def filters(self) -> Any:
        return sorted(self.shown(self.store.filter_documents({"field": "meta.n", "operator": ">", "value": 1})))

    def searches_words(self) -> Any:
        return self.scored()

    def counts_some(self) -> Any:
        return self.store.count_documents_by_filter(OPEN), self.store.count_unique_metadata_by_filter(OPEN, ["status"])

    def tells_its_fields(self) -> Any:
        return sorted(self.store.get_metadata_fields_info()), self.store.get_metadata_field_min_max("n")

    def deletes_by_filter(self) -> Any:
        return self.store.delete_by_filter(OPEN, refresh=True), self.counts()

    def changes_by_filter(self) -> Any:
        return self.store.update_by_filter(OPEN, {"status": "shut"}, refresh=True)
