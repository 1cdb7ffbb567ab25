"""Every address of the application: what a route needs in it comes from the things of the cast."""

from django.urls import reverse

from tests.routes import PUBLIC, ROUTES

# What stands in the address of a public page: nothing that anybody gave out.
ARGUMENTS = {
    "account_reset_password_from_key": ["1", "a-key"],
    "openid_connect_callback": ["nobody"],
    "invitation": ["nothing"],
    "renew-invitation": ["nothing"],
    "invitation-service": ["nothing"],
}


def address(name, things):
    """The address of a route, of the incident and the rows of `things`."""
    if name in ROUTES:
        return reverse(name, args=[things[part] for part in ROUTES[name].args])
    return reverse(name, args=ARGUMENTS.get(name))


def body(answer):
    """All that an answer holds; the file that it may come from is closed."""
    content = b"".join(answer)
    for (
        close
    ) in answer._resource_closers:  # closing the answer itself would end the connection that the test shares
        close()
    return content


def names():
    """Every route that the policies list; `test_every_route_has_a_policy` holds the list whole."""
    return sorted(set(ROUTES) | PUBLIC - {"components"})
