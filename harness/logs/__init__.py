"""What nova-compute's log says of a host's resources: pure, from lines to an explanation."""
