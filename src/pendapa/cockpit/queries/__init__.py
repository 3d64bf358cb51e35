"""What the pages of the room read, one module a page."""
