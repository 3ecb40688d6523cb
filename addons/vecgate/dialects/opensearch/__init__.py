"""OpenSearch 2.x over REST: indices, documents, searches. routes/ (what there is), query.py and search.py (what a body may say), names.py."""
