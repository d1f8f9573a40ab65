"""What is broken on purpose, and when it was."""
