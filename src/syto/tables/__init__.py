"""Reads, checks, maps and writes tables; knows nothing of what they say.

A new format is one file and one line. The file has three functions and a `Format` that names them:

- `outline(table)`: the columns, the number of rows where the file says it, and what a new file of the format
  takes over from this one (types, a delimiter);
- `rows(table)`: every row in order, a bad one with its error;
- `sink(stream, layout)`: a context manager that gives a function which writes a row.

The line is in `FORMATS` of formats.py. Everything else (files and folders, standard output, surveys) asks
the format.
"""
