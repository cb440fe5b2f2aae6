"""Side-by-side measurements and examples, one command each."""
