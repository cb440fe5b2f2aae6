"""How well groups of songs hold, and how well the group of a new sound is told."""
