"""Qdrant's MCP server with an embedding provider of the test's own: no model is downloaded."""

from cases import embed
from mcp_server_qdrant.embeddings.base import EmbeddingProvider
from mcp_server_qdrant.mcp_server import QdrantMCPServer
from mcp_server_qdrant.settings import QdrantSettings, ToolSettings


class Fixed(EmbeddingProvider):
    async def embed_documents(self, documents: list[str]) -> list[list[float]]:
        return [embed(text) for text in documents]

    async def embed_query(self, query: str) -> list[float]:
        return embed(query)

    def get_vector_name(self) -> str:
        return "fixed"

    def get_vector_size(self) -> int:
        return 3


QdrantMCPServer(ToolSettings(), QdrantSettings(), embedding_provider=Fixed()).run(transport="stdio")
