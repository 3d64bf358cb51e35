"""Tables of this room, one module a part."""

from pendapa.evaluation.models.assessments import Assessment as Assessment
from pendapa.evaluation.models.assessments import PublishedResult as PublishedResult
from pendapa.evaluation.models.comparing import IkuLink as IkuLink
from pendapa.evaluation.models.comparing import PeerResult as PeerResult
from pendapa.evaluation.models.cycles import Cycle as Cycle
from pendapa.evaluation.models.cycles import CycleEvent as CycleEvent
from pendapa.evaluation.models.cycles import Finding as Finding
from pendapa.evaluation.models.cycles import Member as Member
from pendapa.evaluation.models.cycles import SignedPaper as SignedPaper
from pendapa.evaluation.models.evidence import Decree as Decree
from pendapa.evaluation.models.evidence import Evidence as Evidence
from pendapa.evaluation.models.evidence import EvidenceUse as EvidenceUse
from pendapa.evaluation.models.evidence import Upload as Upload
from pendapa.evaluation.models.instruments import Edition as Edition
from pendapa.evaluation.models.planning import Plan as Plan
from pendapa.evaluation.models.planning import Scenario as Scenario
from pendapa.evaluation.models.planning import StepCost as StepCost
from pendapa.evaluation.models.work import Answer as Answer
from pendapa.evaluation.models.work import Duty as Duty
