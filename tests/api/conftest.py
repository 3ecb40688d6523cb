"""Boards of several workers on one real Valkey."""

from support.servers.boards import board, make_board
from support.servers.valkey import valkey

__all__ = ["board", "make_board", "valkey"]
