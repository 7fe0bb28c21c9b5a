"""What a person should read first, and what they decided."""
