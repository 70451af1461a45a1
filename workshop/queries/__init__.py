"""The read vocabulary, one file per stem: each page's reads in a fixed number of statements."""
