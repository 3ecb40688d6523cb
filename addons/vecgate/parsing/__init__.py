"""Can this be read in one way only? Bytes of clients and servers, and the files that people write."""
