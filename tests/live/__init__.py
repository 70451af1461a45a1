"""Tests of the Socket.IO door and of what it tells."""
