"""Pages of this room."""

from pendapa.clearance.views.deciding import decide as decide
from pendapa.clearance.views.deciding import justify as justify
from pendapa.clearance.views.deciding import letter as letter
from pendapa.clearance.views.deciding import move as move
from pendapa.clearance.views.deciding import recommend as recommend
from pendapa.clearance.views.lists import detail as detail
from pendapa.clearance.views.lists import export as export
from pendapa.clearance.views.lists import listing as listing
from pendapa.clearance.views.writing import attach as attach
from pendapa.clearance.views.writing import begin as begin
from pendapa.clearance.views.writing import detach as detach
from pendapa.clearance.views.writing import download as download
from pendapa.clearance.views.writing import find as find
from pendapa.clearance.views.writing import risks as risks
from pendapa.clearance.views.writing import step as step
