"""The services behind the gateway; they meet only through their stubs."""
