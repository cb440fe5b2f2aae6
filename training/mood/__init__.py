"""Trains and measures what the mood service reads with."""
