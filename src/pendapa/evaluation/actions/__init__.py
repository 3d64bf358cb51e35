"""Verbs of this room, the only writers; one module a part."""
