from django.urls import path

from reports.home import home
from reports.views import access_record, packs, redaction, retention, search, subject

PACKS = "incidents/<uuid:uuid>/packs"

urlpatterns = [
    path("", home, name="home"),
    path("search/", search.search, name="search"),
    path("access-record/", access_record.acts, name="access-record"),
    path("access-record/reveals/", access_record.reveals, name="access-reveals"),
    path("access-record/disclosures/", access_record.disclosures, name="access-disclosures"),
    path("access-record/export/", access_record.export, name="access-export"),
    path("account/access-record/", access_record.own, name="own-access-record"),
    path(f"{PACKS}/", packs.pack_list, name="packs"),
    path(f"{PACKS}/new/", packs.new_pack, name="new-pack"),
    path(f"{PACKS}/<uuid:pack_uuid>/", packs.pack, name="pack"),
    path(f"{PACKS}/<uuid:pack_uuid>/download/", packs.download, name="pack-download"),
    path("incidents/<uuid:uuid>/redactions/", redaction.redact_words, name="redact-words"),
    path("incidents/<uuid:uuid>/redactions/<uuid:redaction_uuid>/", redaction.redaction, name="redaction"),
    path("incidents/<uuid:uuid>/disclose/", redaction.disclose, name="disclose"),
    path("retention/", retention.retention_list, name="retention"),
    path("retention/packs/", retention.remove_old_packs, name="retention-packs"),
    path("retention/disposals/<uuid:uuid>/", retention.disposal, name="disposal"),
    path("retention/<uuid:uuid>/", retention.retention_of, name="retention-of"),
    path("retention/<uuid:uuid>/hold/", retention.place_hold, name="place-hold"),
    path("retention/<uuid:uuid>/hold/<uuid:hold_uuid>/lift/", retention.lift_hold, name="lift-hold"),
    path("retention/<uuid:uuid>/dispose/", retention.propose_disposal, name="propose-disposal"),
    path("subject-access/", subject.subject_access, name="subject-access"),
    path("subject-access/<uuid:uuid>/", subject.subject_request, name="subject-request"),
    path("subject-access/<uuid:uuid>/file/", subject.subject_file, name="subject-file"),
    path("subject-access/<uuid:uuid>/close/", subject.end_subject_request, name="end-subject-request"),
    path("setup/retention/", retention.schedule, name="setup-retention"),
    path("setup/retention/<slug:kind>/", retention.change_rule, name="setup-retention-rule"),
]
