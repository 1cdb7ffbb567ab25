"""Lets an agency's people sign in with the agency's own service (OpenID Connect), such as Microsoft Entra ID."""

import sys
from urllib.parse import urlsplit

from allauth.socialaccount.models import SocialApp
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.text import slugify

from partners.adapter import address
from partners.models import Agency, SingleSignOn
from svit import encryption, environment


class Command(BaseCommand):
    help = (
        "Sets or closes the service that signs an agency's people in. The client's secret is read from standard "
        "input, never from the command line."
    )

    def add_arguments(self, parser):
        parser.add_argument("agency", help="name of the agency")
        parser.add_argument(
            "--issuer", help="address of the service, such as https://login.example.org/tenant/v2.0"
        )
        parser.add_argument("--client-id", help="what the service calls SVIT")
        parser.add_argument(
            "--domain", action="append", default=[], help="of the people's addresses; may be repeated"
        )
        parser.add_argument("--close", action="store_true", help="nobody signs in by it from now on")

    @transaction.atomic
    def handle(self, *, agency, issuer, client_id, domain, close, **options):
        found = Agency.objects.filter(name__iexact=agency).first()
        if found is None:
            raise CommandError(f"There is no agency called {agency}.")
        service = SingleSignOn.objects.filter(agency=found).select_related("app").first()
        if close:
            if service is None:
                raise CommandError(f"{found} has no single sign-on.")
            SingleSignOn.objects.filter(pk=service.pk).update(active=False)
            self.stdout.write(f"Nobody signs in by the service of {found} from now on.")
            return
        if not issuer or not client_id:
            raise CommandError("Say --issuer and --client-id.")
        parts = urlsplit(issuer)
        if parts.scheme != "https" and not environment.is_loopback(parts.hostname):
            raise CommandError("The issuer must be an https address.")
        app = service.app if service else SocialApp(provider="openid_connect")
        app.provider_id = app.provider_id or f"{slugify(found.name)[:30]}-{found.uuid.hex[:6]}"
        app.name, app.client_id = found.name[:40], client_id
        app.secret = encryption.encrypt(sys.stdin.readline().strip())
        app.settings = {"server_url": issuer, "oauth_pkce_enabled": True}
        app.save()
        domains = "".join(f" {each.strip().lower().lstrip('@')} " for each in domain)
        SingleSignOn.objects.update_or_create(
            agency=found, defaults={"app": app, "domains": domains, "active": True}
        )
        back = address("openid_connect_callback", provider_id=app.provider_id)
        self.stdout.write(
            f"{found} signs in by {parts.hostname}. Register this address there as the redirect URI:\n{back}"
        )
