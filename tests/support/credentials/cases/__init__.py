"""How is each kind of credential set up for its contract? A module of its name each, with `prepared(store, folder)`."""
