"""What one iteration of a run saw, and rows of what comes and goes."""
