"""OpenSearch 2.x over REST: forms.py (what its searches may say besides), routes/ (what there is); the rest is base/lucene."""
