"""Tests of the library that finds look-alikes."""
