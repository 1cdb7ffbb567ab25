"""What the phases recorded in the first three days: scenes, who was informed, the plan, the hospital, the schools."""

from datetime import timedelta

from incidents.actions import change_record, create_record
from partners.models import AgencyKind as K
from response.models.categorisation import BoroughLead, CommunityVoice, OtherBorough, Voice
from response.models.education import OutOfSchool, SchoolAlert, SchoolPlan, TherapeuticSupport
from response.models.health import DischargePlan, HealthPartner, HospitalStay, Pathway, StaffCare
from response.models.plan import (
    Appeal,
    Footage,
    IntelligenceReport,
    ReprisalRisk,
    ResponsePlan,
    StreetWork,
    SupportInPlace,
)
from response.models.reporting import FirstReport, ImmediateResponse, Informed, Scene
from svit import clock


def third_day_records(story):
    """Each at the hour at which it was written down, by whoever wrote it."""
    story.at(50.6, reported, story)
    story.at(50.2, informed, story)
    story.at(49.0, scenes, story)
    story.at(44.6, lifted, story)
    story.at(43.0, others, story)
    story.at(40.0, hospital, story)
    story.at(30.5, plan, story)
    story.at(29.8, schools, story)
    story.at(20.1, intelligence, story)
    story.at(8.2, reprisal, story)


def add(story, who, model, **fields):
    return create_record(seen=story.seen(who), model=model, **fields)


def reported(story):
    add(
        story, "coordinator", FirstReport, shape="ethane", major="", reported_at=story.when(51.2),
        reported_by="Duty inspector", location="Station Parade, outside the ticket hall",
        type="Stabbing of one young person after two groups met", hazards="A blade that was not found. A crowd.",
        access="From Mill Road. The parade is shut to traffic.", casualties="One, serious. One with a cut hand.",
        services="Police and ambulance present. Air ambulance landed in the park.",
    )  # fmt: skip
    add(
        story, "coordinator", ImmediateResponse, led_by=story.agency(K.POLICE), as_of_at=story.when(50.7),
        in_place=["care", "officers", "family", "hospital", "cctv"], more="A council officer is on the way.",
        gaps="Nobody is with the second family yet. Buses still stop at the parade.",
        asked_of="Youth service: two workers at the station from 3pm.", review_at=story.when(38),
    )  # fmt: skip


def informed(story):
    add(
        story, "coordinator", Informed, kin="told", parties=["council_leader", "chief_executive", "childrens_director",
        "borough_commander", "hospital", "communications", "cctv"], informed_at=story.when(50.3), how="telephone",
        informed_by="Duty coordinator", told="A young person was seriously hurt at Station Parade. One person is in"
        " custody. Gold group is called.", asked="The leader asks for one contact for residents.",
    )  # fmt: skip
    add(
        story, "coordinator", Informed, kin="told", parties=["schools", "youth", "housing", "councillors", "faith"],
        informed_at=story.when(50.25), how="email", informed_by="Duty coordinator", others="Traders’ association",
        told="The factual line of the police, and whom to ring.",
    )  # fmt: skip


def scenes(story):
    story.parade = add(
        story, "coordinator", Scene, place="Station Parade", why="Where it happened", state="held",
        managed_by=story.agency(K.POLICE), since_at=story.when(51.4), cordon="both",
        edge="From Mill Road to the market, both pavements", safety="Lighting brought in. Officers at each end.",
        neighbours="Traders were told when they can open.", review_at=story.when(45),
    )  # fmt: skip
    add(
        story, "coordinator", Scene, place="Market car park, lower floor", why="A bag was found there", state="partly",
        managed_by=story.agency(K.POLICE), since_at=story.when(49.5), cordon="inner",
        edge="Bays 12 to 30", safety="Lift and stairs closed.", neighbours="Market traders use the upper floor.",
        review_at=story.now + timedelta(hours=6),
    )  # fmt: skip


def lifted(story):
    seen = story.seen("coordinator")
    parade = Scene.objects.select_related("entry__incident").get(pk=story.parade.pk)
    change_record(
        seen=seen, record=parade, version=parade.version, state="released", released_at=story.when(44.7),
        review_at=None, left="The pavement is cleaned before the shops open. Flowers are left where they are.",
    )  # fmt: skip


def others(story):
    add(
        story, "coordinator", OtherBorough, borough="Eastbrook", why=["home"], lead=BoroughLead.OURS,
        contact="Duty coordinator of the community safety team", told_at=story.when(43.2),
        agreed="They watch for tension around the bus routes. No meeting of their own.",
        shared="The factual line and the area. No personal data.", next_at=story.now + timedelta(hours=20),
    )  # fmt: skip
    for voice, whom, said in (
        (
            Voice.KIN,
            "Residents of the Mill Road estate",
            "Parents keep younger children in. They want to see patrols.",
        ),
        (
            Voice.FAITH,
            "The faith forum",
            "The mosque and St Brannoc’s open their doors each evening this week.",
        ),
        (
            Voice.ADVISER,
            "Young people who distrust the police",
            "Say what is not known yet, rather than nothing.",
        ),
    ):
        add(
            story, "coordinator", CommunityVoice, voice=voice, stands_for=whom, role="Chair",
            brought_in_at=story.when(43.1), told="The agreed line, before it went out.", said=said,
        )  # fmt: skip


def hospital(story):
    add(story, "hospital", HealthPartner, setting="hospital", agency=story.agency(K.HEALTH),
        contact="Site manager, day and night", does="Cares for two young people and rings before any discharge.",
        agreed="One contact on the ward for all agencies.")  # fmt: skip
    add(story, "hospital", HealthPartner, setting="violence_team", contact="Lead youth worker in the hospital",
        hours="Each day until 10pm", does="Speaks with each young person at the bedside.")  # fmt: skip
    second = story.person(2).entry
    add(
        story, "coordinator", HospitalStay, about=second, hospital="Northmere General", ward="Ward 4",
        contact="Ward sister", security="One officer at the door. No room number is given out.",
        callers="Callers give a word that the family chose.", visitors="Parents and one aunt",
        needs="A room to wait in. Parking paid. An interpreter in the evening.",
    )  # fmt: skip
    add(
        story, "coordinator", DischargePlan, about=second, state="expected",
        expected_on=clock.today() + timedelta(days=4), risks="The way home passes the station.",
        safety="A lift home with the youth worker. Patrols on the road that evening.", transport="By car",
        going_to="To family outside the ward", told=["police", "family_liaison", "youth"],
        support="The youth service on the first morning.",
    )  # fmt: skip
    for audience, service, way in (
        (["young_people", "witnesses"], "Drop-in with trauma workers", "Come to the youth club, 4pm to 8pm."),
        (
            ["residents", "family"],
            "Talking therapy service",
            "Anybody may refer themselves, by telephone or online.",
        ),
        (["staff"], "Staff counselling line", "Day and night, in confidence."),
    ):
        add(
            story,
            "hospital",
            Pathway,
            audience=audience,
            service=service,
            agency=story.agency(K.HEALTH),
            way_in=way,
        )
    add(
        story, "hospital", StaffCare, team="Emergency department, night shift", agency=story.agency(K.HEALTH),
        signs="Two of the team know the family.", offered="Debrief after the shift. Time with a psychologist.",
        follow_up_on=clock.today() + timedelta(days=7),
    )  # fmt: skip


def plan(story):
    add(
        story, "coordinator", ResponsePlan,
        aims="Nobody else is hurt. Each young person has a worker whom they trust. Schools feel safe by Monday.",
        strategy="Be seen on school routes, speak with both groups, say the same thing everywhere.",
        liaison="Mill Road estate, the market traders, two schools, the youth club.", lead=story.borough.csp,
        risks="A film of the street is shared and answered.", review_at=story.now + timedelta(hours=30),
        measures="Contacts made, calls to the police from the parade, attendance at both schools.",
    )  # fmt: skip
    work = {"progress": "running", "from_at": story.when(30)}
    add(story, "coordinator", StreetWork, what=["patrols"], agency=story.agency(K.POLICE), place="School routes",
        until_at=story.now + timedelta(days=3), with_whom="Council wardens",
        task="Groups that wait. Ring the duty inspector.", **work)  # fmt: skip
    add(story, "coordinator", StreetWork, what=["outreach", "mediation"], agency=story.agency(K.YOUTH_SERVICES),
        place="Station and youth club", until_at=story.now + timedelta(days=7),
        task="Speak with both groups, apart.", **work)  # fmt: skip
    add(story, "coordinator", Appeal, agency=story.agency(K.POLICE), progress="running", from_at=story.when(44.5),
        words="Were you at Station Parade that evening? Ring the police, or an independent line without your name.",
        channels="Posters at the station, social media, the traders’ group")  # fmt: skip
    add(story, "coordinator", Footage, cameras="Station Parade, cameras 3 and 4", keeper=story.agency(K.CCTV),
        kept="yes", kept_where="On the police system", asked_by=story.agency(K.POLICE),
        covers_from_at=story.when(54), covers_until_at=story.when(50), supplied_at=story.when(45.2))  # fmt: skip
    add(story, "coordinator", Footage, cameras="Bus route 41, two buses", kept="no",
        kept_until=clock.today() + timedelta(days=5), asked_by=story.agency(K.POLICE),
        covers_from_at=story.when(53), covers_until_at=story.when(51))  # fmt: skip
    add(story, "coordinator", SupportInPlace, whom=["victim", "family"], agency=story.agency(K.VICTIM_SERVICES),
        offer="One worker for the family, each day by telephone.", progress="running", from_at=story.when(26.5),
        review_at=story.now + timedelta(days=4))  # fmt: skip


def schools(story):
    words = "A young person was hurt at Station Parade. The police are in the area. Staff are there to talk."
    add(story, "school", SchoolAlert, school="Northmere Academy", setting="school", through=["victim", "friends"],
        may_say=words, to_whom="Head and safeguarding lead", state="told", told_at=story.when(30.1), kin="yes",
        told_by="Duty officer of the education service", answer="Asks for two workers at the gate.")  # fmt: skip
    add(story, "school", SchoolAlert, school="Aldermoor College", setting="college", through=["suspect"],
        may_say=words, to_whom="Principal", state="ready", tell_by_at=story.now + timedelta(hours=7),
        not_to_say="That a student is in custody.")  # fmt: skip
    add(story, "school", SchoolPlan, school="Northmere Academy", state="in_use", lead="Deputy head",
        help="An educational psychologist for three days.", gaps="Nobody for the evening classes.",
        term_end_on=clock.today() + timedelta(days=26), holidays="The youth club opens each day.",
        review_on=clock.today() + timedelta(days=6))  # fmt: skip
    add(story, "school", TherapeuticSupport, school="Northmere Academy", service="Group sessions on loss and fear",
        agency=story.agency(K.HEALTH), for_whom="Year 10 and form tutors", from_on=clock.today() + timedelta(days=2),
        until_on=clock.today() + timedelta(days=44), places="Two groups of eight")  # fmt: skip
    add(story, "coordinator", OutOfSchool, about=story.person(1).entry, attendance="away", exclusion="high",
        worries="The school considers an exclusion before the police decide.", plan="The school waits for the meeting.",
        agency=story.agency(K.EDUCATION), review_on=clock.today() + timedelta(days=2))  # fmt: skip


def intelligence(story):
    add(story, "coordinator", IntelligenceReport, subject="A meeting after school",
        text="Pupils speak of a meeting at the park on Friday after the last lesson.", known_at=story.when(20.6),
        source="2", information="b", handling="c", conditions="Police and youth service alone.",
        agency=story.agency(K.POLICE), asked="Assess, and say by noon whether the park needs patrols.",
        use_by_at=story.now + timedelta(hours=10))  # fmt: skip


def reprisal(story):
    add(story, "coordinator", ReprisalRisk, level="medium", read_at=story.when(8.4), between="Two groups of pupils",
        signs="One film is shared again. No threat was made since yesterday.", agency=story.agency(K.POLICE),
        done="Patrols at the end of the school day. Youth workers speak with both groups.",
        review_at=story.now + timedelta(hours=16))  # fmt: skip
