"""How does one come to a token? `vecgate idp`: a login service, a process of its own, never on the path."""
