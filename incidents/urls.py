from django.urls import path

from incidents.views import agencies, categorise, incident, log, records

urlpatterns = [
    path("incidents/", incident.incident_list, name="incidents"),
    path("incidents/<uuid:uuid>/", incident.overview, name="incident"),
    path("incidents/<uuid:uuid>/situation/", incident.describe, name="describe"),
    path("incidents/<uuid:uuid>/status/", incident.change_status, name="change-status"),
    path("incidents/<uuid:uuid>/reason/", incident.governance_reason, name="governance-reason"),
    path("incidents/<uuid:uuid>/categorise/", categorise.categorise, name="categorise"),
    path("incidents/<uuid:uuid>/log/", log.log_page, name="incident-log"),
    path("incidents/<uuid:uuid>/log/new/", log.add_note, name="add-note"),
    path("incidents/<uuid:uuid>/log/<uuid:entry_uuid>/", log.entry_page, name="log-entry"),
    path(
        "incidents/<uuid:uuid>/log/<uuid:entry_uuid>/correct/",
        log.entry_act,
        {"act": "correct"},
        name="correct-entry",
    ),
    path(
        "incidents/<uuid:uuid>/log/<uuid:entry_uuid>/withhold/",
        log.entry_act,
        {"act": "withhold"},
        name="withhold-entry",
    ),
    path(
        "incidents/<uuid:uuid>/log/<uuid:entry_uuid>/redact/",
        log.entry_act,
        {"act": "redact"},
        name="redact-entry",
    ),
    path(
        "incidents/<uuid:uuid>/log/<uuid:entry_uuid>/redact/confirm/",
        log.confirm_redaction,
        name="confirm-redaction",
    ),
    path("incidents/<uuid:uuid>/agencies/", agencies.agencies, name="agencies"),
    path(
        "incidents/<uuid:uuid>/agencies/<uuid:engagement_uuid>/",
        agencies.change_engagement,
        name="change-engagement",
    ),
    path(
        "incidents/<uuid:uuid>/messages/", records.record_list, {"kind": "key-message"}, name="key-messages"
    ),
    path("incidents/<uuid:uuid>/records/<slug:kind>/", records.record_list, name="records"),
    path("incidents/<uuid:uuid>/records/<slug:kind>/new/", records.add_record, name="add-record"),
    path("incidents/<uuid:uuid>/record/<uuid:entry_uuid>/", records.record, name="record"),
    path(
        "incidents/<uuid:uuid>/record/<uuid:entry_uuid>/change/", records.change_record, name="change-record"
    ),
    path("incidents/<uuid:uuid>/record/<uuid:entry_uuid>/reveal/", records.reveal, name="reveal"),
]
