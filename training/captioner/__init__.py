"""Trains, exports and measures the captioner's small network."""
