"""What a key may be allowed, in words: the permissions that operations of the API ask for."""

from django.utils.translation import gettext_lazy as _

from pendapa.architecture import permissions as architecture
from pendapa.clearance import permissions as clearance
from pendapa.cockpit.permissions import LEADER
from pendapa.evaluation import permissions as evaluation
from pendapa.kernel.notices.permissions import REMINDERS, SET_LADDER
from pendapa.kernel.permissions import APPROVE, DIRECT, DRAFTS, HISTORY, VALIDATE, VERIFY
from pendapa.kernel.tokens.scopes import offer
from pendapa.roadmap import permissions as roadmap

offer(architecture.VIEW, _("Read the register"), usual=True)
offer(architecture.RESTRICTED, _("Read restricted elements as well"))
offer(architecture.PERSONAL, _("Read personal data in elements"))
offer(architecture.EDIT, _("Write elements and relations"))
offer(DIRECT, _("Let what it writes count at once, without a proposal to be reviewed"))
offer(HISTORY, _("Read the history"))
offer(evaluation.VIEW, _("Read the evaluation"))
offer(evaluation.RUN, _("Lead the rounds of an assessment"))
offer(evaluation.JUDGE, _("Set levels as internal assessor"))
offer(evaluation.PROOF, _("Read explanations and evidence of the evaluation"))
offer(evaluation.ANSWER, _("Write explanations and evidence of the evaluation"))
offer(evaluation.PLAN, _("Compute plans to a target and set costs of steps"))
offer(DRAFTS, _("Read and hand in proposals"))
offer(APPROVE, _("Approve proposals as head"))
offer(VERIFY, _("Verify proposals"))
offer(VALIDATE, _("Validate proposals"))
offer(architecture.RELEASE, _("Freeze releases"))
offer(clearance.VIEW, _("Read decided requests for clearance"))
offer(clearance.WHOLE, _("Read requests for clearance on their way"))
offer(clearance.WRITE, _("Write requests for clearance"))
offer(clearance.SUBMIT, _("Submit requests for clearance as head"))
offer(clearance.RECOMMEND, _("Recommend on requests for clearance"))
offer(clearance.JUSTIFY, _("Justify requests for clearance"))
offer(clearance.DECIDE, _("Decide on requests for clearance"))
offer(roadmap.VIEW, _("Read the roadmap"))
offer(roadmap.EDIT, _("Write every initiative of the roadmap"))
offer(roadmap.PROPOSE, _("Write drafts of initiatives"))
offer(roadmap.ACT, _("Plan and do actions of the roadmap"))
offer(roadmap.REMIND, _("Remind people of what is due in the roadmap"))
offer(REMINDERS, _("Read the own reminders"))
offer(SET_LADDER, _("Read the reminders of everybody"))
offer(LEADER, _("Read the leader's cockpit"))
