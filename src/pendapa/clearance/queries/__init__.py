"""Reads of this room, always through the actor's rights."""

from pendapa.clearance.queries.facts import gather as gather
from pendapa.clearance.queries.requests import Filters as Filters
from pendapa.clearance.queries.requests import Page as Page
from pendapa.clearance.queries.requests import asked as asked
from pendapa.clearance.queries.requests import asked_by as asked_by
from pendapa.clearance.queries.requests import attachment as attachment
from pendapa.clearance.queries.requests import attachments as attachments
from pendapa.clearance.queries.requests import headed as headed
from pendapa.clearance.queries.requests import listed as listed
from pendapa.clearance.queries.requests import may_write as may_write
from pendapa.clearance.queries.requests import offices as offices
from pendapa.clearance.queries.requests import own as own
from pendapa.clearance.queries.requests import pack as pack
from pendapa.clearance.queries.requests import readable_answers as readable_answers
from pendapa.clearance.queries.requests import request as request
from pendapa.clearance.queries.requests import seen as seen
from pendapa.clearance.queries.requests import trail as trail
from pendapa.clearance.queries.requests import verbs as verbs
from pendapa.clearance.queries.requests import visible as visible
from pendapa.clearance.queries.requests import years as years
from pendapa.clearance.queries.results import Shown as Shown
from pendapa.clearance.queries.results import kept as kept
from pendapa.clearance.queries.results import live as live
from pendapa.clearance.queries.results import national_warning as national_warning
