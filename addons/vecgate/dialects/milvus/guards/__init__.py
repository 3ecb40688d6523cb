"""What does Milvus tell guards on answers and writes? Records in answers and in writes, searches, pages."""
