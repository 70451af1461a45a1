"""The demonstration: three invented processes, and a café of today that one can join at once."""
