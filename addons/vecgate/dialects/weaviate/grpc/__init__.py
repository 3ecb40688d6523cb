"""How is Weaviate spoken to over gRPC (`weaviate.v1`)? Each method is read into its twin, a search into a GraphQL document."""
