"""Tests of how the code is laid out, and of the documents that are made from it."""
