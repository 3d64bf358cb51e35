"""What this room registers with the ground floor."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pendapa.analysis import measures  # noqa: F401  (what it tells the evaluation)
from pendapa.analysis.documents import actions as documents  # noqa: F401  (its job and the kind of template)
from pendapa.analysis.queries import query_saved
from pendapa.architecture.permissions import VIEW
from pendapa.kernel.ui import navigation

navigation.add("analysis", _("Analysis"), "chart-dots-3", "analysis:overview", 22, permission=VIEW)

query_saved.register()
