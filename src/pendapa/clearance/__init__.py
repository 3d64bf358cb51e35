"""Clearance of new IT spending (*rekomendasi belanja TIK*): request, automatic checks, recommendation, decision, letter."""
