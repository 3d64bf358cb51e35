"""All addresses: Indonesian without a prefix, English under ``/en/``, the API beside them."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth import views as auth
from django.urls import include, path

from pendapa.api import reference
from pendapa.api.assembly import api
from pendapa.kernel.calendars import views_feeds as calendars
from pendapa.web import views

urlpatterns = [
    path("api/v1/docs", reference.docs, name="api_reference"),
    path("api/v1/", api.urls),
    path("sehat/", views.health, name="health"),
    path("kalender/<str:secret>.ics", calendars.feed, name="calendar_feed"),
    *i18n_patterns(
        path("", include("pendapa.portal.urls")),
        path("masuk/", views.SignIn.as_view(), name="login"),
        path("keluar/", auth.LogoutView.as_view(), name="logout"),
        path("mulai/", views.start, name="start"),
        path("mulai/<str:code>/", views.take_charge, name="take_charge"),
        path("privasi/", views.privacy, name="privacy"),
        path("bantuan/", views.help_page, name="help"),
        path("akun/kunci/", include("pendapa.kernel.tokens.urls")),
        path("akun/", include("pendapa.organisation.account_urls")),
        path("di/<str:institution>/", include("pendapa.cockpit.urls")),
        path("di/<str:institution>/kotak-masuk/", include("pendapa.inbox.urls")),
        path("di/<str:institution>/komentar/", include("pendapa.kernel.comments.urls")),
        path("di/<str:institution>/tampilan-tersimpan/", include("pendapa.kernel.saved.urls")),
        path("di/<str:institution>/organisasi/", include("pendapa.organisation.urls")),
        path("di/<str:institution>/arsitektur/", include("pendapa.architecture.urls")),
        path("di/<str:institution>/analisis/", include("pendapa.analysis.urls")),
        path("di/<str:institution>/rekomendasi/", include("pendapa.clearance.urls")),
        path("di/<str:institution>/penilaian/", include("pendapa.evaluation.urls")),
        path("di/<str:institution>/peta-rencana/", include("pendapa.roadmap.urls")),
        path("di/<str:institution>/kalender/", include("pendapa.kernel.calendars.urls_feeds")),
        path("di/<str:institution>/impor/", include("pendapa.kernel.tables.urls")),
        path("di/<str:institution>/hari-libur/", include("pendapa.kernel.calendars.urls")),
        path("di/<str:institution>/pengingat/", include("pendapa.kernel.notices.urls")),
        path("di/<str:institution>/riwayat/", include("pendapa.kernel.history.urls")),
        path("di/<str:institution>/usulan/", include("pendapa.kernel.review.urls")),
        path("di/<str:institution>/webhook/", include("pendapa.kernel.webhooks.urls")),
        path("di/<str:institution>/pekerjaan/", include("pendapa.kernel.jobs.urls")),
        path("tampilan/", include("pendapa.kernel.ui.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "pendapa.web.views.bad_request"
handler404 = "pendapa.web.views.not_found"
handler500 = "pendapa.web.views.server_error"
