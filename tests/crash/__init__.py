"""The server killed in the middle of things: what was acknowledged, what is stored, what screens show."""
