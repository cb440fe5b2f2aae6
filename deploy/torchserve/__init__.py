"""TorchServe for the captioner: a `.mar` of handler and weights, and a command that serves it."""
