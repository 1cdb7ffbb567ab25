"""What this room holds of an incident."""

from comms.models import KeyMessage
from svit.privacy import holds

holds(KeyMessage, "entry__incident", texts=("audience", "message"), entry="entry")
