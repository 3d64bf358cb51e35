"""Pure rules of this room, one module a part."""
