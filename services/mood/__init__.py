"""Reads the mood of sentences and situations, in English and Korean."""
