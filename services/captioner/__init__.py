"""Describes photos and videos: what they show, how they are lit, what they feel like."""
