"""LangChain's vector stores: what any of them embeds with."""

from cases import embed
from langchain_core.embeddings import Embeddings


class Fixed(Embeddings):
    """What an embedding model would be: it must not fetch one."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [embed(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return embed(text)
