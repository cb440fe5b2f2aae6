"""What goes into `captioner.mar` and how TorchServe runs it."""
