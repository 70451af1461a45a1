"""What people see: fragments, the viewer's table of conditions, built assets, pictures."""
