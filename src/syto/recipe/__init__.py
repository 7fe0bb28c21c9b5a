"""A training run from its first step to its last: what the stages that train have in common."""
