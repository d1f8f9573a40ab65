"""One file for each leak that the self-test can plant."""
