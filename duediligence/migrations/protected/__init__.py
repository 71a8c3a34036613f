"""The revisions of the protected database."""
