"""What the APIs of the cloud's services have in common."""
