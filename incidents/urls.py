from django.urls import path

from incidents.views import (
    agencies,
    break_glass,
    categorise,
    handover,
    incident,
    log,
    records,
    reveals,
    sharing,
)

urlpatterns = [
    path("incidents/", incident.incident_list, name="incidents"),
    path("incidents/life-at-risk/", break_glass.break_glass, name="break-glass"),
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
    path("incidents/<uuid:uuid>/record/<uuid:entry_uuid>/reveal/", reveals.reveal, name="reveal"),
    path("incidents/<uuid:uuid>/record/<uuid:entry_uuid>/reveals/", reveals.reveals, name="reveals"),
    path(
        "incidents/<uuid:uuid>/record/<uuid:entry_uuid>/reveals/<uuid:reveal_uuid>/refuse/",
        reveals.stop_reveals,
        name="stop-reveals",
    ),
    path(
        "incidents/<uuid:uuid>/record/<uuid:entry_uuid>/reveals/<uuid:reveal_uuid>/allow/",
        reveals.allow_reveals,
        name="allow-reveals",
    ),
    path(
        "incidents/<uuid:uuid>/record/<uuid:entry_uuid>/no-further/",
        sharing.stop_sharing,
        name="stop-sharing",
    ),
    path(
        "incidents/<uuid:uuid>/record/<uuid:entry_uuid>/share-again/", sharing.share_again, name="share-again"
    ),
    path("incidents/<uuid:uuid>/hand-over/", handover.hand_over, name="hand-over"),
    path("incidents/<uuid:uuid>/hand-over/answer/", handover.answer_handover, name="answer-handover"),
    path("incidents/<uuid:uuid>/hand-over/withdraw/", handover.withdraw_handover, name="withdraw-handover"),
]
