"""What each part of the cloud says, and how far it is believed."""
