"""Fine-tuning with the Hugging Face Trainer, calibration and baselines."""
