"""Ways to run VTS."""
