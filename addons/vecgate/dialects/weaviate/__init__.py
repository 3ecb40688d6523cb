"""What do calls mean in Weaviate (REST and GraphQL)? Start with dialect.py; facts.md tells what the server does."""
