"""What does Weaviate tell guards on answers and writes? Objects in answers and in writes, searches, pages."""
