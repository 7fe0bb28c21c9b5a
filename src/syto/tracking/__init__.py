"""Tracking of runs in MLflow; the only package that imports it."""
