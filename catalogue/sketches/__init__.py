"""Sketches: original music that this project composes and renders itself, free to use (CC0-1.0).

`pieces()` lists them, `rendered(piece)` makes the sound, `python -m catalogue.sketches` writes all.
"""

from catalogue.sketches.pieces import Piece, piece, pieces

__all__ = ["Piece", "piece", "pieces"]
