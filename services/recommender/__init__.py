"""Keeps the catalogue of songs and ranks it by evidence."""
