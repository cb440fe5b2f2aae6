"""The `bert` backend: a fine-tuned transformers classifier, and `tuning`, which makes one."""
