"""How does our own model read a text? Tokens, hashes of words, the network, its actions: numpy, and no spaCy.

spaCy trains the model and reads any other. To read ours it takes twice the time and half of a worker's memory, and it
says the same (`tests/masking/detect/reader`).
"""
