"""vecgate: a just-in-time access gateway in the data path of vector databases."""

__version__ = "0.1.0"
