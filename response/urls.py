from django.urls import path

from response.views import clocks, dates, log_incident, people, remobilise

DATES = "incidents/<uuid:uuid>/dates/"
PERSON = "incidents/<uuid:uuid>/people/<uuid:entry_uuid>/"

urlpatterns = [
    path("incidents/new/", log_incident.log_incident, name="log-incident"),
    path("exercises/new/", log_incident.log_incident, {"exercise": True}, name="log-exercise"),
    path("incidents/<uuid:uuid>/logged/", log_incident.logged, name="logged"),
    path("incidents/<uuid:uuid>/join/", log_incident.join, name="join"),
    path("incidents/<uuid:uuid>/known/", log_incident.known, name="known"),
    path("incidents/<uuid:uuid>/people/", people.people, name="people"),
    path("incidents/<uuid:uuid>/people/new/", people.add_person, name="add-person"),
    path(PERSON, people.person, name="person"),
    path(f"{PERSON}change/", people.change_person, name="change-person"),
    path(f"{PERSON}contact/", clocks.record_contact, name="record-contact"),
    path(f"{PERSON}clocks/new/", clocks.add_clock, name="add-clock"),
    path(f"{PERSON}seal/", people.seal, name="seal-person"),
    path(f"{PERSON}clocks/<uuid:clock_uuid>/start/", clocks.clock_act, {"act": "start"}, name="move-start"),
    path(f"{PERSON}clocks/<uuid:clock_uuid>/miss/", clocks.clock_act, {"act": "miss"}, name="explain-miss"),
    path(
        f"{PERSON}clocks/<uuid:clock_uuid>/assign/", clocks.clock_act, {"act": "assign"}, name="assign-clock"
    ),
    path(f"{PERSON}clocks/<uuid:clock_uuid>/told/", clocks.clock_act, {"act": "golden"}, name="golden-told"),
    path("dates/", dates.coming_dates, name="key-dates"),
    path(DATES, dates.dates, name="dates"),
    path(f"{DATES}new/", dates.add_date, name="add-date"),
    path(f"{DATES}anniversary/bring-back/", remobilise.for_anniversary, name="remobilise-anniversary"),
    path(f"{DATES}<uuid:entry_uuid>/", dates.date, name="key-date"),
    path(f"{DATES}<uuid:entry_uuid>/change/", dates.change_date, name="change-date"),
    path(f"{DATES}<uuid:entry_uuid>/bring-back/", remobilise.for_date, name="remobilise"),
]
