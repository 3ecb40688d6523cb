"""How does a person get an API key of OpenSearch? kind.py makes one for a lease."""
