"""What the register of decrees tells the signals."""

from pendapa.evaluation.queries import signal_decrees  # noqa: F401  (registers its measures)
