"""Qdrant: what do its calls mean, where do texts, filters and ids stand in them, and what does its server overlook?"""

from vecgate.dialects.qdrant.dialect import Qdrant as Qdrant
