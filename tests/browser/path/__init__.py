"""The chapters of the path, from joining to a goal that is followed and back along the line."""
