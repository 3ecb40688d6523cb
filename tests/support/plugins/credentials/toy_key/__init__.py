"""A toy kind of credential, which is a plug-in: a key in a header, made of a secret and the person's name."""
