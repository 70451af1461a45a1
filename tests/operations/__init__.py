"""Tests of the write vocabulary."""
