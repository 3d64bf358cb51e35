"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from pendapa.analysis import views

app_name = "analysis"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("dampak/", views.impact_choice, name="impact_choice"),
    path("dampak/<uuid:uid>/", views.impact, name="impact"),
    path("orang/", views.people, name="people"),
    path("keamanan/", views.security, name="security"),
    path("integrasi/", views.integration, name="integration"),
    path("matriks/", views.matrix, name="matrix"),
    path("dokumen/", views.documents, name="documents"),
    path("dokumen/<uuid:uid>/unduh/", views.document_file, name="document_file"),
    path("dokumen/templat/", views.document_templates, name="document_templates"),
    path("dokumen/templat/contoh/", views.document_sample, name="document_sample"),
    path("dokumen/templat/<slug:kind>/", views.document_template, name="document_template"),
    path(
        "dokumen/templat/<slug:kind>/bawaan/",
        views.document_template_shipped,
        name="document_template_shipped",
    ),
    path("dokumen/templat/<slug:kind>/unduh/", views.document_template_file, name="document_template_file"),
    path("lanskap/", views.landscape, name="landscape"),
    path("tanya/", views.query, name="query"),
    path("tanya/lengkapi/", views.query_complete, name="query_complete"),
]
