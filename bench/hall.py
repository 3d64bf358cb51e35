"""The product's addresses and one more: an officers' page with nothing in it, the floor of every page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from pendapa.kernel.access.pages import page
from pendapa.web.urls import urlpatterns as product


@page("architecture.view")
def empty(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/app.html")


urlpatterns = [*product, path("kosong/<str:institution>/", empty)]
handler404 = "pendapa.web.views.not_found"
