"""Breaches followed over iterations, and which of them fail nothing."""
