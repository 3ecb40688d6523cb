"""What is particular to Pinecone? Its control plane and its indexes, each a server of its own, as one gateway shows them."""
