"""Fine-tuning a classifier for the `bert` backend: what `vts train-mood` does."""
