"""What a script can see of a page that axe cannot."""

from pathlib import Path

LOOKS = Path(__file__).with_name("looks.js").read_text()
"""Gives a page `looks`, with one function for each promise."""
