"""When somebody looked at an incident, so that the page can say what came since. It proves nothing and is no record."""

from django.db import models

from incidents.models.incident import Incident
from partners.models import User
from svit import clock


class Visit(models.Model):
    """The latest visit of somebody to an incident's overview, and the one before it.

    Apart from the access record, whose reads may be used for no such thing (Data Protection Act 2018, section 62).
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)
    before_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "user"], name="one_visit_of_each")]
