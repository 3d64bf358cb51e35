"""The place of the import in the navigation, and the jobs it gives to the worker."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pendapa.kernel.permissions import IMPORT
from pendapa.kernel.tables import actions  # noqa: F401  (registers the jobs)
from pendapa.kernel.ui import navigation

navigation.add("imports", _("Import"), "upload", "imports:list", 25, permission=IMPORT)
