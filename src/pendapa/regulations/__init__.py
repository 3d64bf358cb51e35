"""Regulation as data: instruments, taxonomies, metamodel and published results, read from YAML packs.

The door is `pendapa.regulations.packs`. Nothing here knows Django or a database.
"""
