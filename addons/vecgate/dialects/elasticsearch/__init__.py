"""Elasticsearch 8.x over REST: forms.py (knn, retrievers), media.py, routes/ (what there is); the rest is base/lucene."""
