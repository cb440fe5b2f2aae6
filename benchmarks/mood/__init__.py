"""The mood service's speed, memory and start, measured side by side."""
