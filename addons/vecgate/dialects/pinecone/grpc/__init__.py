"""How is Pinecone spoken to over gRPC? The calls of an index (VectorService) as the twins of its REST routes."""
