"""The rotation plan."""
