"""What do OpenSearch and Elasticsearch tell guards on answers and writes? Records in answers and in writes, searches, pages."""
