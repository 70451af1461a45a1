"""Tests of readers and writers of files."""
