"""Reads of this room, always through the actor's rights; one module a part."""
