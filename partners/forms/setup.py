"""Forms with which a partnership, its agencies, their members and the directory are set up."""

from django import forms

from partners.forms.fields import LineField, ObjectField, TelephoneField
from partners.models import Agency, AgencyKind, ContactKind, Partnership, Regime, Role, User
from svit.conflicts import VersionedForm
from svit.fields import GovDateField, GovDateTimeField
from svit.widgets import Checkbox, Email, File, Radios, Select, Text, Textarea

ADDRESS = "Enter an e-mail address, such as name@agency.example"


def asked(words, longest=None):
    """Error messages of a field that has to be filled in."""
    messages = {"required": words, "invalid_choice": words}
    if longest:
        messages["max_length"] = f"Use {longest} characters or fewer"
    return messages


class PartnershipForm(VersionedForm):
    """What a partnership is called. The prefix of its references is not asked: it stays."""

    name = LineField(label="Name", max_length=120, error_messages=asked("Enter the partnership's name", 120))
    area = LineField(
        label="Borough or area", max_length=120, error_messages=asked("Enter the borough or area", 120)
    )
    police_command = LineField(
        label="Police command (optional)", max_length=120, required=False, error_messages=asked("", 120)
    )
    marking = LineField(
        label="Default marking",
        max_length=40,
        widget=Text(width=20),
        error_messages=asked("Enter a marking", 40),
        help_text="Stands at the head of each page and pack.",
    )
    handling = LineField(
        label="Handling line (optional)",
        max_length=200,
        required=False,
        error_messages=asked("", 200),
        help_text="Stands beside the marking, such as: Need to know only. Do not forward.",
    )
    second_factor_for_all = forms.BooleanField(
        label="Practitioners need a second factor too",
        required=False,
        widget=Checkbox(),
        help_text="All other roles need one in any case. Whoever has none is asked to set one up at the next page.",
    )


class AgencyForm(forms.Form):
    """An organisation, and how it is reached."""

    name = LineField(label="Name", max_length=150, error_messages=asked("Enter the agency's name", 150))
    kind = forms.ChoiceField(
        label="What kind of agency is it?",
        widget=Select(),
        error_messages=asked("Choose the kind of agency"),
        help_text="The toolkit suggests items to agencies by their kind.",
    )
    regime = forms.ChoiceField(
        label="Which data protection rules does it work under?",
        choices=Regime.choices,
        widget=Radios(),
        initial=Regime.UK_GDPR,
        error_messages=asked("Choose the data protection rules"),
    )
    telephone = TelephoneField(
        label="Duty telephone (optional)",
        required=False,
        error_messages=asked("", 40),
        help_text="Rung when nobody has opened a message.",
    )
    email = forms.EmailField(
        label="Shared mailbox (optional)",
        required=False,
        widget=Email(),
        max_length=254,
        error_messages={"invalid": ADDRESS, **asked("", 254)},
    )
    address = forms.CharField(
        label="Address (optional)",
        required=False,
        max_length=1000,
        widget=Textarea(rows=3),
        error_messages=asked("", 1000),
    )

    def __init__(self, *args, csp=False, **kwargs):
        super().__init__(*args, **kwargs)
        if csp:
            del self.fields["kind"]
            return
        kinds = [choice for choice in AgencyKind.choices if choice[0] != AgencyKind.COMMUNITY_SAFETY]
        self.fields["kind"].choices = [("", "Choose a kind"), *kinds]


class ChangeAgencyForm(VersionedForm, AgencyForm):
    """The same of an agency that others may change meanwhile."""


class ShareForm(forms.Form):
    """Which other partnership an agency serves too."""

    partnership = ObjectField(
        label="Which partnership does it serve as well?",
        queryset=Partnership.objects.none(),
        widget=Radios(),
        empty_label=None,
        wanted="Choose the partnership",
    )

    def __init__(self, *args, agency, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partnership"].queryset = Partnership.objects.exclude(agencies=agency)


class AgreementForm(forms.Form):
    """A signed sharing agreement."""

    signed_on = GovDateField(label="When was it signed?", name="the date it was signed", past=True)
    review_by = GovDateField(label="When has it to be reviewed?", name="the review date")
    gateway = LineField(
        label="Legal gateway (optional)",
        required=False,
        max_length=120,
        error_messages=asked("", 120),
        help_text="Such as Crime and Disorder Act 1998, section 115.",
    )
    purposes = forms.CharField(
        label="What may be shared, and what for?",
        widget=Textarea(rows=4),
        max_length=4000,
        error_messages=asked("Enter what may be shared, and what for", 4000),
    )


class MemberForm(forms.Form):
    """A person who will act for the agency."""

    hints = {
        "role": {
            Role.PRACTITIONER: "Sees the incidents that the agency is engaged in, and ticks off its items.",
            Role.AGENCY_MANAGER: "The same, and keeps the agency's practitioners and its on-call list.",
            Role.COORDINATOR: "Logs incidents and runs the response. Sees all incidents of the partnership.",
            Role.CSP_MANAGER: "The same, and answers for the partnership.",
            Role.ADMINISTRATOR: "Sets up agencies and members. Sees no incident.",
            Role.GOVERNANCE_OFFICER: "Reads incidents with a reason, for disclosure, access and retention.",
        }
    }

    name = LineField(
        label="Full name", max_length=150, error_messages=asked("Enter the person's full name", 150)
    )
    email = forms.EmailField(
        label="Work e-mail address",
        widget=Email({"autocomplete": "off"}),
        max_length=254,
        help_text="The address of one person, not a shared mailbox. The invitation goes there.",
        error_messages={"invalid": ADDRESS, **asked("Enter the person's work e-mail address", 254)},
    )
    role = forms.ChoiceField(label="Role", widget=Radios(), error_messages=asked("Choose a role"))
    job_title = LineField(
        label="Job title (optional)", required=False, max_length=150, error_messages=asked("", 150)
    )
    telephone = TelephoneField(
        label="Telephone (optional)",
        required=False,
        error_messages=asked("", 40),
        help_text="For when the person is on call.",
    )

    def __init__(self, *args, roles, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]
        if len(roles) == 1:
            self.fields["role"].initial = roles[0].value


class DeclineForm(forms.Form):
    """Why a role is not confirmed."""

    reason = forms.CharField(
        label="Why?", widget=Textarea(rows=3), max_length=500, error_messages=asked("Enter why", 500)
    )


class ContactForm(forms.Form):
    """A directory entry."""

    kind = forms.ChoiceField(
        label="Whom does the entry stand for?",
        choices=ContactKind.choices,
        widget=Radios(),
        initial=ContactKind.PERSON,
        error_messages=asked("Choose whom the entry stands for"),
    )
    name = LineField(label="Name", max_length=150, error_messages=asked("Enter a name", 150))
    represents = LineField(
        label="Represents (optional)",
        required=False,
        max_length=200,
        error_messages=asked("", 200),
        help_text="A role, a group or a place, such as: parents of the north of the borough.",
    )
    agency = ObjectField(
        label="Agency (optional)",
        queryset=Agency.objects.none(),
        required=False,
        widget=Select(),
        empty_label="None",
        wanted="Choose an agency of the partnership",
    )
    telephone = TelephoneField(label="Telephone (optional)", required=False, error_messages=asked("", 40))
    email = forms.EmailField(
        label="E-mail address (optional)",
        required=False,
        widget=Email({"autocomplete": "off"}),
        max_length=254,
        error_messages={"invalid": ADDRESS, **asked("", 254)},
    )

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies


class ChangeContactForm(VersionedForm, ContactForm):
    """The same of an entry that others may change meanwhile."""


class ContactSearchForm(forms.Form):
    """Words to look for in the directory."""

    typed = ("q",)

    q = LineField(
        label="Name, agency or whom they represent",
        required=False,
        max_length=100,
        widget=Text({"autocomplete": "off"}),
    )


class OnCallForm(forms.Form):
    """Who is on call, and for how long."""

    user = ObjectField(
        label="Who is on call?",
        queryset=User.objects.none(),
        widget=Select(),
        empty_label="Choose a member",
        wanted="Choose a member of the agency",
    )
    from_at = GovDateTimeField(label="From", name="the beginning")
    until_at = GovDateTimeField(label="Until", name="the end")

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(pk__in=[user.pk for user in people]).order_by(
            "name"
        )


class ImportForm(forms.Form):
    """The file of a partner directory."""

    file = forms.FileField(
        label="CSV file",
        widget=File(accept=".csv,text/csv"),
        allow_empty_file=True,
        error_messages={"required": "Choose a CSV file", "invalid": "Choose a CSV file"},
    )
