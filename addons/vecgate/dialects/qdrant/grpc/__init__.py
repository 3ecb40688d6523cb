"""How is Qdrant spoken to over gRPC (1.19)? Its public services as the twins of its REST routes: messages as its bodies."""
