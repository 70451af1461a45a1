"""The tests; a package, so that they find their factories whatever else is installed."""
