"""A toy database, which is a plug-in: shelves with notes, routes to read a shelf, to put a note there, and to see that it is there."""
