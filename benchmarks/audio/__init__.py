"""Sound, measured side by side with librosa and scipy: `python -m benchmarks.audio`."""
