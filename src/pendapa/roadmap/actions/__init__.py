"""Verbs of the roadmap, one module a part: the only writers."""
