"""A toy database, which is a plug-in: shelves with notes, one route to read a shelf and one to see that it is there."""
