"""Claims already debunked: read from their publishers' tables, kept as vectors and links, and found again."""
