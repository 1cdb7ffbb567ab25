import pytest
from incidents.access import sight, get_sight
from reports import actions
from reports.models import Audience, Pack
from reports.pack import document
from svit import clock
def test_it(incident, actors, client, cast):
    seen = get_sight(actors["coordinator"], incident.uuid)
    for a in Audience:
        html = document(seen, a, clock.now(), "Gold group, police & \"x\"")
        open(f"/tmp/{a.value}.html","w").write(html)
    p = actions.request_pack(seen=seen, audience="gold", purpose="Gold", recipients="Everyone")
    q = actions.render_next()
    print(q.failure, q.state)
    assert q.state == "ready", q.failure
    client.force_login(cast["coordinator"])
    for u in ("", "new/", f"{p.uuid}/", f"{p.uuid}/download/"):
        r = client.get(f"/incidents/{incident.uuid}/packs/{u}")
        assert r.status_code == 200
    r = client.get("/search/?q=station")
    assert r.status_code == 200 and "Station Parade" in r.content.decode()
