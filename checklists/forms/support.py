"""How a support organisation is reached, or where a resource is found."""

from partners.forms.fields import TelephoneField, WebAddressField
from svit.conflicts import VersionedForm


class OrganisationForm(VersionedForm):
    """A telephone number, a web address, or both."""

    telephone = TelephoneField(
        label="Telephone (optional)",
        required=False,
        error_messages={"max_length": "Use 40 characters or fewer"},
        help_text="Ring it first: in an incident it is shown as confirmed.",
    )
    address = WebAddressField(
        label="Web address (optional)", required=False, help_text="Such as https://www.example.org"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["telephone"].widget.attrs["autocomplete"] = "off"


class ResourceForm(VersionedForm):
    """The web address of a policy or guide."""

    address = WebAddressField(
        label="Web address",
        help_text="Such as https://www.example.org. Open it first.",
        error_messages={"required": "Enter the web address"},
    )
