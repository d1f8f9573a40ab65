"""A cloud that exists only as answers, of any size."""
