"""Addresses of people, of logging, of the lists over all incidents, and of the clocks that a partnership keeps."""

from django.urls import path

from response.views import clocks, dates, lists, log_incident, meetings, pauses, people, remobilise, rules

DATES = "incidents/<uuid:uuid>/dates/"
MEETING = "incidents/<uuid:uuid>/meetings/<uuid:entry_uuid>/"
PERSON = "incidents/<uuid:uuid>/people/<uuid:entry_uuid>/"
CLOCK = f"{PERSON}clocks/<uuid:clock_uuid>/"
PAUSE = f"{PERSON}pause/<uuid:pause_uuid>/"

urlpatterns = [
    path("incidents/new/", log_incident.log_incident, name="log-incident"),
    path("exercises/new/", log_incident.log_incident, {"exercise": True}, name="log-exercise"),
    path("incidents/urgent/", log_incident.urgent_response, name="urgent-response"),
    path("incidents/<uuid:uuid>/join/", log_incident.join, name="join"),
    path("incidents/<uuid:uuid>/logged/", log_incident.logged, name="logged"),
    path("incidents/<uuid:uuid>/known/", log_incident.known, name="known"),
    path("incidents/<uuid:uuid>/meetings/", meetings.meetings, name="meetings"),
    path("incidents/<uuid:uuid>/meetings/new/", meetings.new_meeting, name="new-meeting"),
    path(MEETING, meetings.meeting, name="meeting"),
    path(f"{MEETING}change/", meetings.change_meeting, name="change-meeting"),
    path(f"{MEETING}live/", meetings.live_meeting, name="live-meeting"),
    path(f"{MEETING}attendance/", meetings.attendance, name="meeting-attendance"),
    path(f"{MEETING}start/", meetings.start_meeting, name="start-meeting"),
    path(f"{MEETING}end/", meetings.end_meeting, name="end-meeting"),
    path(f"{MEETING}sign/", meetings.sign_meeting, name="sign-meeting"),
    path(f"{MEETING}addendum/", meetings.add_addendum, name="add-addendum"),
    path(f"{MEETING}share/", meetings.share_meeting, name="share-meeting"),
    path("incidents/<uuid:uuid>/people/", people.people, name="people"),
    path("incidents/<uuid:uuid>/people/new/", people.add_person, name="add-person"),
    path(PERSON, people.person, name="person"),
    path(f"{PERSON}change/", people.change_person, {"part": "details"}, name="change-person"),
    path(f"{PERSON}support/", people.change_person, {"part": "support"}, name="change-support"),
    path(f"{PERSON}family/", people.change_person, {"part": "family"}, name="change-family"),
    path(f"{PERSON}contact/", clocks.record_contact, name="record-contact"),
    path(f"{PERSON}refer/", clocks.refer, name="refer"),
    path(f"{PERSON}hand-over/", clocks.hand_over, name="hand-over-person"),
    path(f"{PERSON}pause/", pauses.ask_pause, name="ask-pause"),
    path(f"{PAUSE}answer/", pauses.pause_act, {"act": "answer"}, name="answer-pause"),
    path(f"{PAUSE}end/", pauses.pause_act, {"act": "end"}, name="end-pause"),
    path(f"{PERSON}clocks/new/", clocks.add_clock, name="add-clock"),
    path(f"{PERSON}seal/", people.seal, name="seal-person"),
    path(f"{CLOCK}start/", clocks.clock_act, {"act": "start"}, name="move-start"),
    path(f"{CLOCK}miss/", clocks.clock_act, {"act": "miss"}, name="explain-miss"),
    path(f"{CLOCK}assign/", clocks.clock_act, {"act": "assign"}, name="assign-clock"),
    path(f"{CLOCK}told/", clocks.clock_act, {"act": "told"}, name="clock-told"),
    path("daily-risk/", lists.risk_list, name="risk-list"),
    path("figures/", lists.figures, name="figures"),
    path("setup/clocks/", rules.rules, name="setup-clocks"),
    path("setup/clocks/mash/", rules.mash, name="setup-mash-clock"),
    path("setup/clocks/new/", rules.new_rule, name="setup-new-clock"),
    path("setup/clocks/<uuid:uuid>/", rules.change_rule, name="setup-change-clock"),
    path("setup/clocks/<uuid:uuid>/retire/", rules.retire_rule, name="setup-retire-clock"),
    path("setup/clocks/hours/<uuid:uuid>/", rules.working_hours, name="setup-working-hours"),
    path("dates/", dates.coming_dates, name="key-dates"),
    path(DATES, dates.dates, name="dates"),
    path(f"{DATES}new/", dates.add_date, name="add-date"),
    path(f"{DATES}anniversary/bring-back/", remobilise.for_anniversary, name="remobilise-anniversary"),
    path(f"{DATES}<uuid:entry_uuid>/", dates.date, name="key-date"),
    path(f"{DATES}<uuid:entry_uuid>/change/", dates.change_date, name="change-date"),
    path(f"{DATES}<uuid:entry_uuid>/bring-back/", remobilise.for_date, name="remobilise"),
]
