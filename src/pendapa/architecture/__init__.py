"""Architecture: elements and relations of the six domains, their import, their gaps and their twins."""
