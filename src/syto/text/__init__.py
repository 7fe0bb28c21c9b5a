"""Text as a model sees it: normalised, redacted, and still traceable to what was read."""
