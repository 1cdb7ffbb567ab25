"""The policy of every route: what each part of the cast gets for a GET. Read by `test_routes`."""

from dataclasses import dataclass, field

from django.conf import settings

PUBLIC = {
    "healthz", "metrics", "components", "account_login", "account_logout", "account_inactive", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
}  # fmt: skip

OK, MOVED, REFUSED, UNKNOWN, NOT_ALLOWED = (200,), (302,), (403,), (404,), (405,)


@dataclass
class Policy:
    """Statuses by part; `args` names the things in the address; `hidden` routes tell a stranger nothing."""

    args: tuple = ()
    default: tuple = UNKNOWN
    parts: dict = field(default_factory=dict)
    hidden: bool = True
    method: str = "get"

    def statuses(self, who):
        return self.parts.get(who, self.default)


OWNERS = ("coordinator", "csp_manager")
ENGAGED = ("partner", "agency_manager")


def of(owners=OK, engaged=OK, governance=MOVED, **more):
    """A route of an incident: owners, engaged partners, the governance officer without a reason; others 404."""
    parts = dict.fromkeys(OWNERS, owners) | dict.fromkeys(ENGAGED, engaged) | {"governance": governance}
    return parts | more


def incident(*args, **statuses):
    return Policy(("incident", *args), UNKNOWN, of(**statuses))


def setup(*args, default=REFUSED, administrator=OK, method="get", **parts):
    """A set-up page: the administrator's, and where said the agency manager's own."""
    return Policy(args, default, {"administrator": administrator} | parts, hidden=False, method=method)


COORDINATE = {"engaged": REFUSED, "governance": MOVED}
TEMPLATES = dict.fromkeys((*OWNERS, "other_coordinator"), OK)

ROUTES = {
    "incidents": Policy(default=OK, hidden=False),
    "incident": incident(),
    "describe": incident(**COORDINATE),
    "change-status": incident(**COORDINATE),
    "governance-reason": Policy(("incident",), UNKNOWN, {"governance": OK}),
    "categorise": incident(**COORDINATE),
    "incident-log": incident(),
    "add-note": incident(),
    "log-entry": incident("entry"),
    "correct-entry": incident("entry"),
    "withhold-entry": incident("entry", **COORDINATE),
    "redact-entry": incident("entry", **COORDINATE),
    "confirm-redaction": incident("entry", **COORDINATE),
    "agencies": incident(engaged=REFUSED),
    "change-engagement": incident("engagement", **COORDINATE),
    "key-messages": incident(),
    "records": incident("kind"),
    "add-record": incident("kind"),
    "record": incident("person", owners=MOVED, engaged=MOVED),
    "change-record": incident("person", owners=REFUSED, engaged=REFUSED),
    "reveal": incident("person"),
    "log-incident": Policy(default=OK, hidden=False, parts={"administrator": REFUSED, "governance": REFUSED}),
    "log-exercise": Policy(
        default=REFUSED, hidden=False, parts=dict.fromkeys((*OWNERS, "other_coordinator"), OK)
    ),
    "logged": incident(),
    "join": incident(**COORDINATE),
    "known": incident(**COORDINATE),
    "people": incident(),
    "add-person": incident(),
    "person": incident("person"),
    "change-person": incident("person"),
    "record-contact": incident("person"),
    "add-clock": incident("person"),
    "seal-person": incident("person", engaged=REFUSED),
    # The clock is nobody's: a partner may take it, and neither move its start nor say why it was missed.
    "move-start": incident("person", "clock", engaged=REFUSED),
    "explain-miss": incident("person", "clock", engaged=REFUSED),
    "assign-clock": incident("person", "clock"),
    "golden-told": incident("person", "clock"),
    # Checklists
    "my-work": Policy(default=OK, hidden=False, parts={"administrator": REFUSED, "governance": REFUSED}),
    "team-work": Policy(default=OK, hidden=False, parts={"administrator": REFUSED, "governance": REFUSED}),
    "checklist": incident(),
    "new-item": incident(engaged=REFUSED),
    "add-offered": Policy(("incident",), UNKNOWN, of(OK + UNKNOWN + MOVED, REFUSED), method="post"),
    "phase": incident("phase"),
    "phase-lead": incident("phase", **COORDINATE),
    "phase-not-applicable": incident("phase", **COORDINATE),
    "phase-close": incident("phase", **COORDINATE),
    "phase-reopen": incident("phase", **COORDINATE),
    "item": incident("item"),
    "mobilise": incident(**COORDINATE),
    "mobilised": incident(**COORDINATE),
    "stand-down": incident("engagement", **COORDINATE),
    "record-told": incident("engagement", **COORDINATE),
    "file": Policy(("incident", "absent"), UNKNOWN, {"governance": MOVED + UNKNOWN}),
    "file-preview": Policy(("incident", "absent"), UNKNOWN, {"governance": MOVED + UNKNOWN}),
    # Reports
    "home": Policy(default=MOVED, hidden=False, parts=dict.fromkeys((*OWNERS, "other_coordinator"), OK)),
    "search": Policy(default=OK, hidden=False, parts={"administrator": REFUSED}),
    "packs": incident(partner=REFUSED),
    "new-pack": incident(partner=REFUSED),
    "pack": Policy(("incident", "absent"), UNKNOWN, {"partner": REFUSED, "governance": MOVED + UNKNOWN}),
    "pack-download": Policy(
        ("incident", "absent"), UNKNOWN, {"partner": REFUSED, "governance": MOVED + UNKNOWN}
    ),
    **{
        f"item-{act}": incident("item", governance=MOVED)
        for act in ("done", "answer", "confirm", "check", "not-needed", "assign", "note", "evidence")
    },
    # What an item as it stands does not allow leads back to the item.
    "item-due": incident("item", partner=MOVED),
    "item-send-back": incident("item", owners=MOVED),
    "item-reopen": incident("item", owners=MOVED, engaged=MOVED),
    "item-undo": Policy(("incident", "item"), UNKNOWN, of(MOVED, MOVED), method="post"),
    # Set-up
    "account": Policy(default=OK, hidden=False),
    "acting": Policy(default=OK, hidden=False),
    "account_change_password": Policy(default=OK + MOVED, hidden=False),
    "account_set_password": Policy(default=OK + MOVED, hidden=False),
    "setup": setup(agency_manager=OK),
    **{
        name: setup()
        for name in (
            "setup-partnership",
            "setup-new-agency",
            "setup-contacts",
            "setup-new-contact",
            "setup-import",
            "setup-import-sample",
            "setup-history",
        )
    },
    "setup-support": setup(),
    "setup-confirm-organisation": setup("organisation"),
    "setup-withdraw-organisation": setup("organisation", administrator=MOVED, method="post"),
    "setup-confirm-resource": setup("resource"),
    "setup-withdraw-resource": setup("resource", administrator=MOVED, method="post"),
    # The templates are kept by those who mobilise with them as well; each keeps those of the own partnership.
    "setup-templates": setup(**TEMPLATES),
    "setup-new-template": setup(**TEMPLATES),
    "setup-change-template": setup("template", **TEMPLATES),
    "setup-template-history": setup("template", **TEMPLATES),
    "setup-retire-template": setup("template", **TEMPLATES),
    "setup-restore-template": setup(
        "template", administrator=MOVED, method="post", **dict.fromkeys(TEMPLATES, MOVED)
    ),
    "setup-agencies": setup(agency_manager=OK),
    "setup-members": setup(agency_manager=OK),
    "setup-on-call": setup(agency_manager=OK),
    "setup-agency": setup("agency", agency_manager=OK),
    "setup-agency-history": setup("agency", agency_manager=OK),
    "setup-change-agency": setup("agency"),
    "setup-share-agency": setup("agency"),
    "setup-agreement": setup("agency"),
    "setup-close-agency": setup("agency"),
    "setup-reopen-agency": setup("agency", administrator=MOVED, method="post"),
    "setup-add-member": setup("agency", agency_manager=OK),
    "setup-put-on-call": setup("agency", agency_manager=OK),
    "setup-end-membership": setup("membership", agency_manager=OK),
    "setup-send-link": setup("membership", administrator=MOVED, agency_manager=MOVED, method="post"),
    "setup-change-contact": setup("absent", default=UNKNOWN + REFUSED, administrator=UNKNOWN),
    "setup-confirm-contact": setup("absent", default=UNKNOWN + REFUSED, administrator=UNKNOWN, method="post"),
    "setup-remove-contact": setup("absent", default=UNKNOWN + REFUSED, administrator=UNKNOWN),
    "setup-end-on-call": setup("absent", default=UNKNOWN + REFUSED, administrator=UNKNOWN, method="post"),
    "setup-confirm-import": Policy(
        default=REFUSED, hidden=False, parts={"administrator": OK + MOVED}, method="post"
    ),
    # Messages
    "inbox": Policy(default=OK, hidden=False),
    "message": Policy(("absent",), UNKNOWN, hidden=False),
    "acknowledge": Policy(("absent",), UNKNOWN, hidden=False, method="post"),
    "demo-mail": Policy(default=OK if settings.EMBEDDED else UNKNOWN, hidden=False),
}
