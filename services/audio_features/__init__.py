"""Measures sound and tells what it feels like."""
