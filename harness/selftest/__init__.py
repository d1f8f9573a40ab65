"""The self-test: leaks planted on purpose, which the judge must find by name, and nothing else."""
