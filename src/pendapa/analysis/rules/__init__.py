"""Pure rules of this room, one module an analysis."""
