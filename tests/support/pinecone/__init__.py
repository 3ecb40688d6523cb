"""A Pinecone that is not one: it answers as the stand-in did with which the recordings were made."""
