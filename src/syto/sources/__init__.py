"""Who published a text, and who rated that source how."""
