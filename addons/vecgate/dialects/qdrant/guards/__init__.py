"""What does Qdrant tell guards on answers and writes? Points in answers and in writes, searches, pages."""
