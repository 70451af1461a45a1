"""What people do, in real browsers before a real server."""
