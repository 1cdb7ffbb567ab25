"""Every address of the application. This module alone looks up into the rooms."""

from django.conf import settings
from django.urls import include, path

from svit.components import components
from svit.health import healthz
from svit.metrics import metrics

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("", include("partners.urls")),
    path("", include("reminders.urls")),
    path("", include("incidents.urls")),
    path("", include("checklists.urls")),
    path("", include("response.urls")),
    path("", include("reports.urls")),
]

handler403 = "incidents.views.errors.refused"
handler404 = "partners.views.errors.not_found"
handler500 = "svit.failed.failed"

if settings.ADMIN:
    from django.contrib import admin

    urlpatterns += [path("admin/", admin.site.urls)]

if settings.EMBEDDED:
    urlpatterns += [path("components/", components, name="components")]
