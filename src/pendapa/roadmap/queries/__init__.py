"""Reads of the roadmap, one module a part: always through what the actor may see (:mod:`.reach`)."""
