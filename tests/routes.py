"""The policy of every route: what each part of the cast gets of it. Read by `test_matrix` and `test_leaks`.

A new route needs one row in `ROUTES`, by the name of its pattern: `incident(...)` for a page of an incident,
`setup(...)` for one of the set-up, else `Policy(...)`. The row declares

- `args`: the things that the address names, in order, each a key of the fixture `things` (tests/test_routes.py).
  `absent` is a thing that nobody has: for what the fixture does not make.
- `default` and `parts`: the statuses of a GET, for everybody and for a part of the cast.
- `hidden`: whether a stranger learns nothing of it, so that another's object and an absent one answer alike.
- `method`: "post" where the address takes POST and no GET; the statuses are then those of an empty POST.

A page that takes GET alone stands in `READ_ONLY` as well. The matrix asks every other method too: no route takes
PUT, PATCH or DELETE, and whoever is refused a GET is refused a POST in the same way.
"""

from dataclasses import dataclass, field

from django.conf import settings

PUBLIC = {
    "healthz", "metrics", "components", "account_login", "account_logout", "account_inactive", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "agency-sign-in", "openid_connect_callback", "invitation", "renew-invitation", "invitation-service",
    "mfa_authenticate", "mfa_login_webauthn",
}  # fmt: skip

READ_ONLY = {
    "incidents", "incident", "log-entry", "agencies", "key-messages", "records", "record", "logged",
    "people", "person", "dates", "key-date", "key-dates",
    "my-work", "checklist", "phase", "item", "mobilised", "file", "file-preview", "home",
    "meetings", "meeting", "share-meeting",
    "packs", "pack", "pack-download", "account", "roles-to-confirm", "mfa_index", "setup", "setup-import-sample",
    "setup-history", "setup-support", "setup-templates", "setup-template-history", "setup-agencies", "setup-members",
    "setup-on-call", "setup-reminders", "setup-rota", "setup-reach", "setup-agency", "setup-invite-sample",
    "setup-agency-history", "inbox",
    "message", "demo-mail", "mfa_view_recovery_codes", "reveals", "access-reveals",
    "access-disclosures", "own-access-record", "figures", "setup-clocks",
    "retention", "retention-of", "setup-retention",
}  # fmt: skip

OK, EMPTY, MOVED, REFUSED, UNKNOWN, NOT_ALLOWED = (200,), (204,), (302,), (403,), (404,), (405,)


@dataclass
class Policy:
    """What a route answers to whom; what a row declares is said above."""

    args: tuple = ()
    default: tuple = UNKNOWN
    parts: dict = field(default_factory=dict)
    hidden: bool = True
    method: str = "get"

    def statuses(self, who):
        return self.parts.get(who, self.default)

    def refuses(self, who):
        """Whether this part of the cast is refused, whatever the thing is."""
        return set(self.statuses(who)) <= {403, 404}


OWNERS = ("coordinator", "csp_manager")
KEEPERS = ("csp_manager", "governance")
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
    "reveals": incident("person", engaged=REFUSED),
    "stop-reveals": incident("person", "reveal", engaged=REFUSED),
    "allow-reveals": Policy(("incident", "person", "reveal"), UNKNOWN, of(MOVED, REFUSED), method="post"),
    "stop-sharing": incident("person", engaged=REFUSED),
    "share-again": incident("person", owners=MOVED, engaged=MOVED),  # nobody said anything of the person
    "break-glass": Policy(default=REFUSED, hidden=False, parts={"agency_manager": OK, "csp_manager": OK}),
    "hand-over": incident(**COORDINATE),
    "answer-handover": Policy(("incident",), UNKNOWN, {"governance": MOVED}),  # nothing is offered
    "withdraw-handover": Policy(
        ("incident",), UNKNOWN, {"governance": MOVED} | dict.fromkeys(ENGAGED, REFUSED), method="post"
    ),
    "log-incident": Policy(default=OK, hidden=False, parts={"administrator": REFUSED, "governance": REFUSED}),
    "log-exercise": Policy(
        default=REFUSED, hidden=False, parts=dict.fromkeys((*OWNERS, "other_coordinator"), OK)
    ),
    "urgent-response": Policy(
        default=OK, hidden=False, parts={"administrator": REFUSED, "governance": REFUSED}
    ),
    "risk-list": Policy(
        default=REFUSED, hidden=False, parts=dict.fromkeys((*OWNERS, "other_coordinator"), OK)
    ),
    "figures": Policy(
        default=REFUSED,
        hidden=False,
        parts=dict.fromkeys(
            (*OWNERS, "other_coordinator", "agency_manager", "administrator", "governance"), OK
        ),
    ),
    "logged": incident(),
    "join": incident(**COORDINATE),
    "known": incident(**COORDINATE),
    "people": incident(),
    "add-person": incident(),
    "person": incident("person"),
    "change-person": incident("person"),
    "change-support": incident("person"),
    "change-family": incident("person"),
    "record-contact": incident("person"),
    "refer": incident("person"),
    "hand-over-person": incident("person"),
    "ask-pause": incident("person"),
    # It waits for an answer, which managers give; and it holds no clock yet
    "answer-pause": incident(
        "person", "pause", owners=REFUSED, engaged=REFUSED, csp_manager=OK, agency_manager=OK
    ),
    "end-pause": incident("person", "pause", owners=MOVED, engaged=MOVED),
    "add-clock": incident("person"),
    "seal-person": incident("person", engaged=REFUSED),
    # The clock is nobody's: a partner may take it, and neither move its start nor say why it was missed.
    "move-start": incident("person", "clock", engaged=REFUSED),
    "explain-miss": incident("person", "clock", engaged=REFUSED),
    "assign-clock": incident("person", "clock"),
    "clock-told": incident("person", "clock"),
    "dates": incident(),
    "add-date": incident(),  # the partner's agency contributes to people or to community
    "meetings": incident(),
    "new-meeting": incident(),
    "meeting": incident("meeting"),
    "change-meeting": incident("meeting", engaged=REFUSED),
    "live-meeting": incident("meeting", engaged=REFUSED),
    "meeting-attendance": incident("meeting", engaged=REFUSED),
    "start-meeting": Policy(("incident", "meeting"), UNKNOWN, of(MOVED, REFUSED), method="post"),
    "end-meeting": incident("meeting", engaged=REFUSED),
    "sign-meeting": Policy(("incident", "meeting"), UNKNOWN, of(MOVED, REFUSED), method="post"),
    "add-addendum": incident("meeting", engaged=REFUSED),
    "share-meeting": incident("meeting"),
    "key-date": incident("date"),
    "change-date": incident("date"),
    "remobilise": incident("date", **COORDINATE),
    "remobilise-anniversary": incident(**COORDINATE),
    "key-dates": Policy(default=OK, hidden=False, parts={"administrator": REFUSED, "governance": REFUSED}),
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
    "file": incident("file"),
    "file-preview": incident("file"),
    # Reports
    "home": Policy(default=MOVED, hidden=False, parts=dict.fromkeys((*OWNERS, "other_coordinator"), OK)),
    "search": Policy(default=OK, hidden=False, parts={"administrator": REFUSED}),
    "packs": incident(partner=REFUSED),
    "new-pack": incident(partner=REFUSED),
    "pack": incident("pack", partner=REFUSED, agency_manager=UNKNOWN),
    "pack-download": incident("pack", partner=REFUSED, agency_manager=UNKNOWN),
    **{
        f"item-{act}": incident("item", governance=MOVED)
        for act in (
            "done",
            "answer",
            "confirm",
            "check",
            "not-needed",
            "assign",
            "note",
            "evidence",
            "no-further",
        )
    },
    # What an item as it stands does not allow leads back to the item.
    "item-due": incident("item", partner=MOVED),
    "item-send-back": incident("item", owners=MOVED),
    "item-share-again": incident("item", owners=MOVED, engaged=MOVED),
    "item-reopen": incident("item", owners=MOVED, engaged=MOVED),
    "item-undo": incident("item", owners=OK + MOVED, engaged=OK + MOVED),
    "redact-words": incident(**COORDINATE),
    "redaction": Policy(
        ("incident", "absent"), UNKNOWN, dict.fromkeys(ENGAGED, REFUSED) | {"governance": MOVED}
    ),
    "disclose": incident(owners=REFUSED, engaged=REFUSED),
    # Subject access is the governance officer's alone.
    "subject-access": Policy(default=REFUSED, hidden=False, parts={"governance": OK}),
    **{
        name: Policy(("absent",), REFUSED, {"governance": UNKNOWN}, hidden=False)
        for name in ("subject-request", "end-subject-request")
    },
    "subject-file": Policy(("absent",), REFUSED, {"governance": UNKNOWN}, hidden=False, method="post"),
    # Retention is looked after by the CSP managers and the governance officer of the partnership.
    "retention": Policy(default=REFUSED, hidden=False, parts=dict.fromkeys(KEEPERS, OK)),
    **{
        name: Policy(("incident",), REFUSED, dict.fromkeys(KEEPERS, OK), hidden=False)
        for name in ("retention-of", "place-hold", "propose-disposal")
    },
    "lift-hold": Policy(("incident", "absent"), REFUSED, dict.fromkeys(KEEPERS, UNKNOWN), hidden=False),
    "disposal": Policy(("absent",), REFUSED, dict.fromkeys(KEEPERS, UNKNOWN), hidden=False),
    "retention-packs": Policy(default=REFUSED, hidden=False, parts={"csp_manager": MOVED}, method="post"),
    "setup-retention": setup(csp_manager=OK),
    "setup-retention-rule": setup("rule", csp_manager=OK),
    # Set-up
    "account": Policy(default=OK, hidden=False),
    "acting": Policy(default=OK, hidden=False),
    "texts": Policy(default=UNKNOWN, hidden=False),  # no texts are sent here, and nobody gave a number
    "account_change_password": Policy(default=OK + MOVED, hidden=False),
    "account_set_password": Policy(default=OK + MOVED, hidden=False),
    # How one signs in: the cast has neither password nor second factor yet, so nothing to show oneself by.
    **{
        name: Policy(default=OK, hidden=False)
        for name in (
            "mfa_index",
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "mfa_generate_recovery_codes",
            "usersessions_list",
            "roles-to-confirm",
        )
    },
    **{
        name: Policy(default=REFUSED, hidden=False)
        for name in ("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn")
    },
    **{
        name: Policy(default=UNKNOWN, hidden=False)
        for name in ("mfa_deactivate_totp", "mfa_view_recovery_codes")
    },
    **{
        name: Policy(("number",), default=UNKNOWN, hidden=False)
        for name in ("mfa_edit_webauthn", "mfa_remove_webauthn")
    },
    "sign-out-there": Policy(("number",), default=MOVED, hidden=False, method="post"),
    **{name: Policy(default=EMPTY, hidden=False, method="post") for name in ("stay", "keep-answers")},
    **{
        name: Policy(("role",), default=REFUSED, hidden=False, parts={"csp_manager": status}, method=method)
        for name, status, method in (("confirm-role", MOVED, "post"), ("decline-role", OK, "get"))
    },
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
    "setup-clocks": setup(),
    "setup-mash-clock": setup(),
    "setup-new-clock": setup(),
    "setup-change-clock": setup("clock_rule"),
    "setup-retire-clock": setup("clock_rule", administrator=MOVED, method="post"),
    "setup-working-hours": setup("agency"),
    "setup-agencies": setup(agency_manager=OK),
    "setup-members": setup(agency_manager=OK),
    "setup-on-call": setup(agency_manager=OK),
    "setup-reminders": setup(agency_manager=OK),
    "setup-send-again": setup(administrator=MOVED, agency_manager=MOVED, method="post"),
    "setup-agency": setup("agency", agency_manager=OK),
    "setup-reach": setup(agency_manager=OK),
    "setup-rota": setup("agency", agency_manager=OK),
    "setup-change-rota": setup("agency", agency_manager=OK),
    "setup-remove-rota": setup("agency", administrator=MOVED, agency_manager=MOVED, method="post"),
    "setup-member-leave": setup("membership", agency_manager=OK),
    "leave": Policy(default=OK, hidden=False),
    "end-leave": Policy(
        ("leave",),
        UNKNOWN,
        dict.fromkeys(("partner", "agency_manager", "administrator"), MOVED),
        method="post",
    ),
    "setup-invite": setup(agency_manager=OK),
    "setup-invite-sample": setup(agency_manager=OK),
    "setup-invite-confirm": setup(administrator=MOVED, agency_manager=MOVED, method="post"),
    "setup-agency-history": setup("agency", agency_manager=OK),
    "setup-change-agency": setup("agency"),
    "setup-share-agency": setup("agency"),
    "setup-agreement": setup("agency"),
    "setup-close-agency": setup("agency"),
    "setup-reopen-agency": setup("agency", administrator=MOVED, method="post"),
    "setup-add-member": setup("agency", agency_manager=OK),
    "setup-put-on-call": setup("agency", agency_manager=OK),
    "setup-end-membership": setup("membership", agency_manager=OK),
    **{
        name: setup("membership", administrator=MOVED, agency_manager=MOVED, method="post")
        for name in ("setup-invite-again", "setup-new-way-in")
    },
    "setup-change-contact": setup("contact"),
    "setup-confirm-contact": setup("contact", administrator=MOVED, method="post"),
    "setup-remove-contact": setup("contact"),
    "setup-end-on-call": setup("span", administrator=MOVED, agency_manager=MOVED, method="post"),
    "setup-import-confirm": Policy(
        default=REFUSED, hidden=False, parts={"administrator": OK + MOVED}, method="post"
    ),
    # The access record
    **{
        name: Policy(default=REFUSED, hidden=False, parts={"governance": OK})
        for name in ("access-record", "access-reveals", "access-disclosures", "access-export")
    },
    "own-access-record": Policy(default=OK, hidden=False),
    # Messages
    "inbox": Policy(default=OK, hidden=False),
    "message": Policy(("message",), UNKNOWN, {"partner": MOVED}),
    "acknowledge": Policy(("message",), UNKNOWN, {"partner": MOVED}, method="post"),
    "snooze": Policy(("message",), UNKNOWN, {"partner": OK}),
    "take-back-snooze": Policy(("message",), UNKNOWN, {"partner": MOVED}, method="post"),
    "digest": Policy(default=OK, hidden=False),
    "demo-mail": Policy(default=OK if settings.EMBEDDED else UNKNOWN, hidden=False),
}
