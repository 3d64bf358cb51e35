"""Tables of the roadmap: the plan with its initiatives and money, the actions under them, and what heads commit to."""

from pendapa.roadmap.models.actions import Action, ActionEvidence
from pendapa.roadmap.models.commitments import Commitment, Milestone
from pendapa.roadmap.models.initiatives import (
    Dependency,
    Initiative,
    InitiativeElement,
    InitiativePartner,
)
from pendapa.roadmap.models.money import Budget, Programme
from pendapa.roadmap.models.roadmaps import Baseline, BaselineItem, Roadmap, RoadmapReview

__all__ = [
    "Action",
    "ActionEvidence",
    "Baseline",
    "BaselineItem",
    "Budget",
    "Commitment",
    "Dependency",
    "Initiative",
    "InitiativeElement",
    "InitiativePartner",
    "Milestone",
    "Programme",
    "Roadmap",
    "RoadmapReview",
]
