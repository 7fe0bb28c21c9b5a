"""The fine-tuned model: its settings, its network and the bundle it is kept in."""
