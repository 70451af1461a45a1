"""What people see: fragments and what they have in common, the viewer's table of conditions, built assets, pictures."""
