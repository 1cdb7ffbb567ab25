import pytest
from django.urls import reverse
from checklists.models import ChecklistItem

def test_pages(client, incident, cast, actors):
    for who in ("coordinator","partner"):
        client.force_login(cast[who])
        for name in ("my-work","team-work"):
            for tab in ("open","overdue","waiting","done","soon","later"):
                r=client.get(reverse(name)+"?tab="+tab); assert r.status_code==200,(name,who)
        for name in ("checklist",):
            r=client.get(reverse(name,args=[incident.uuid])); assert r.status_code==200
        r=client.get(reverse("phase",args=[incident.uuid,"response-plan"])); assert r.status_code==200
        for item in ChecklistItem.objects.filter(incident=incident)[:30]:
            r=client.get(reverse("item",args=[incident.uuid,item.uuid])); assert r.status_code in (200,404),(item.title,who,r.status_code)
            open("/tmp/fake/item.html","wb").write(r.content)
    client.force_login(cast["coordinator"])
    for name in ("mobilise","mobilised","new-item"):
        r=client.get(reverse(name,args=[incident.uuid])); assert r.status_code==200,name
    it=ChecklistItem.objects.filter(incident=incident,template_item__key="witness-appeals").get()
    client.force_login(cast["partner"])
    for n in ("item-not-needed","item-send-back","item-assign","item-note","item-evidence"):
        r=client.get(reverse(n,args=[incident.uuid,it.uuid])); assert r.status_code==200,n
    r=client.post(reverse("item-done",args=[incident.uuid,it.uuid]),{"note":"x"}); assert r.status_code==302
    it.refresh_from_db(); assert it.state=="done"
    r=client.get(r.url); assert r.status_code==200
    for n in ("phase-lead","phase-close","phase-not-applicable","phase-reopen"):
        client.force_login(cast["coordinator"])
        r=client.get(reverse(n,args=[incident.uuid,"health"])); assert r.status_code==200
