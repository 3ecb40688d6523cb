"""How does a person get an API key of Pinecone? kind.py makes one for a lease."""
