"""The gateway's REST face, and the page."""
