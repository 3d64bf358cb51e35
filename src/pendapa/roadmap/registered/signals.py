"""The measures of the roadmap, for the signals of the evaluation."""

from pendapa.roadmap import measures as measures  # (what it tells the evaluation)
