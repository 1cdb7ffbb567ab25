import threading, pytest, time
from django.db import connection, transaction
from checklists.actions import settle_contact_item, add_note
from checklists.models import ChecklistItem
from incidents.access import sight
from incidents.actions.saving import lock
from tests.conftest import log_one
from tests.checklists.test_concurrency import at_once
from svit import engines

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("nokey", [False, True])
def test_it(toolkit, world, actors, nokey, monkeypatch):
    if nokey:
        monkeypatch.setattr(engines, "lock", lambda q: q.select_for_update(of=("self",), no_key=True))
    incident = log_one(actors["coordinator"])
    item = ChecklistItem.objects.get(incident=incident, template_item__key="contact-made-48h")
    locked = threading.Event()
    noted = threading.Event()

    def settle():
        with transaction.atomic():
            lock(incident)
            locked.set()
            noted.wait(3)
            time.sleep(0.2)
            settle_contact_item(incident=incident, kind="contact_made", met=True, by=actors["coordinator"])

    def note():
        locked.wait(5)
        with transaction.atomic():
            add_note(seen=sight(actors["second_coordinator"], incident), item=item, note="x")
            noted.set()
            time.sleep(0.6)

    r = at_once(settle, note)
    assert not [x for x in r if isinstance(x, Exception)], r
