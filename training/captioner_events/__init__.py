"""Training the Bi-modal Transformer of the captioner's `bmt` backend."""
