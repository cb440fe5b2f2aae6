"""Sketches: original music that this project composes and renders itself, free to use (CC0-1.0).

`pieces()` lists them, `python -m catalogue.sketches --out DIR` renders them. Nothing here imports
more than the list; the music is made by `catalogue.sketches.rendering`.
"""

from catalogue.sketches.pieces import Piece, piece, piece_ids, pieces

__all__ = ["Piece", "piece", "piece_ids", "pieces"]
