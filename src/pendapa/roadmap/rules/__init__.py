"""Rules of the roadmap, one module a part: pure, no Django."""
