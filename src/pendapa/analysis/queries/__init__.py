"""Reads of this room, always through what the actor may see; one module an analysis."""
