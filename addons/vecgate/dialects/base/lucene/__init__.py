"""What do OpenSearch and Elasticsearch share (query DSL, Lucene)? dialect.py (what both do), forms/ (what both may be told),
rows/, guards/. What one of them says in its own way is a table in its folder."""
