"""`bmt`: what happens when in a video, by the Bi-modal Transformer; see README.md."""

from services.captioner.backends.bmt.finder import BmtEventFinder

__all__ = ["BmtEventFinder"]
