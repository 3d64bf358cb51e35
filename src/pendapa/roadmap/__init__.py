"""Roadmap (*peta rencana*): initiatives towards the target; so far as drafts that a plan of the evaluation leaves."""
