from django.urls import path

from checklists.views import files, items, mobilise, phases, support, templates, work

INCIDENT = "incidents/<uuid:uuid>"
ITEM = f"{INCIDENT}/checklist/<uuid:item_uuid>"
PHASE = f"{INCIDENT}/phases/<str:phase_slug>"
ENGAGEMENT = f"{INCIDENT}/engagements/<uuid:engagement_uuid>"

urlpatterns = [
    path("my-work/", work.my_work, name="my-work"),
    path("team-work/", work.team_work, name="team-work"),
    path(f"{INCIDENT}/checklist/", phases.checklist, name="checklist"),
    path(f"{INCIDENT}/checklist/new/", phases.new_item, name="new-item"),
    path(f"{INCIDENT}/checklist/offered/", items.add_offered, name="add-offered"),
    path(f"{PHASE}/", phases.phase, name="phase"),
    path(f"{PHASE}/lead/", phases.phase_lead, name="phase-lead"),
    path(f"{PHASE}/not-applicable/", phases.phase_not_applicable, name="phase-not-applicable"),
    path(f"{PHASE}/close/", phases.phase_close, name="phase-close"),
    path(f"{PHASE}/reopen/", phases.phase_reopen, name="phase-reopen"),
    path(f"{ITEM}/", items.item, name="item"),
    *(
        path(f"{ITEM}/{name.removeprefix('item-')}/", items.end, {"name": name}, name=name)
        for name in items.END_ACTIONS
    ),
    *(
        path(f"{ITEM}/{name.removeprefix('item-')}/", items.act, {"name": name}, name=name)
        for name in items.ACTS
    ),
    path(f"{ITEM}/undo/", items.undo, name="item-undo"),
    path(f"{INCIDENT}/mobilise/", mobilise.mobilise, name="mobilise"),
    path(f"{INCIDENT}/mobilise/sent/", mobilise.mobilised, name="mobilised"),
    path(f"{ENGAGEMENT}/stand-down/", mobilise.stand_down, name="stand-down"),
    path(f"{ENGAGEMENT}/told/", mobilise.record_told, name="record-told"),
    path("setup/templates/", templates.templates, name="setup-templates"),
    path("setup/templates/new/", templates.new_template, name="setup-new-template"),
    path("setup/templates/<slug:key>/", templates.change_template, name="setup-change-template"),
    path("setup/templates/<slug:key>/history/", templates.template_history, name="setup-template-history"),
    path("setup/templates/<slug:key>/retire/", templates.retire_template, name="setup-retire-template"),
    path("setup/templates/<slug:key>/restore/", templates.restore_template, name="setup-restore-template"),
    path("setup/support/", support.support, name="setup-support"),
    path(
        "setup/support/organisations/<slug:key>/",
        support.confirm_organisation,
        name="setup-confirm-organisation",
    ),
    path(
        "setup/support/organisations/<slug:key>/withdraw/",
        support.withdraw_organisation,
        name="setup-withdraw-organisation",
    ),
    path("setup/support/resources/<slug:slug>/", support.confirm_resource, name="setup-confirm-resource"),
    path(
        "setup/support/resources/<slug:slug>/withdraw/",
        support.withdraw_resource,
        name="setup-withdraw-resource",
    ),
    path(f"{INCIDENT}/files/<uuid:file_uuid>/", files.download, name="file"),
    path(f"{INCIDENT}/files/<uuid:file_uuid>/preview/", files.preview, name="file-preview"),
]
