"""How does a person get an API key of Elasticsearch? kind.py makes one for a lease."""
