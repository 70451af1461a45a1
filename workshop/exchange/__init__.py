"""Readers and writers of files that other programs make."""
