"""How does a person get a user of their own at Milvus? kind.py makes one for a lease; privileges.py: what it may do."""
