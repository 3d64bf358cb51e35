"""Pages of the roadmap, one module a part."""
