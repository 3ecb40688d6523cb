"""How does a person get a user of their own at Weaviate? kind.py makes one for a lease."""
