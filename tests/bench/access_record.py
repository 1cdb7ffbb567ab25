"""How long the access record takes to seal and to verify.

`python -m tests.servers -- python -m tests.bench.access_record` fills an empty database with a million acts, in SQL;
a number after it asks for as many.
"""

import os
import sys
import time

import django

MANY = """
    INSERT INTO incidents_accessrecord (partnership_id, incident_uuid, reference, subject_kind, subject_uuid, act,
        user_id, system, agency_id, regime, purpose, recipient, sha256, at)
    SELECT %s, i.uuid, i.reference, 'person', gen_random_uuid(), 'consultation', %s, '', %s, 'uk_gdpr',
        CASE WHEN n %% 10 = 0 THEN 'To make contact' ELSE '' END, '', '', now() - (%s - n) * interval '1 second'
    FROM generate_series(1, %s) n CROSS JOIN (SELECT uuid, reference FROM incidents_incident LIMIT 1) i
"""


def fill(number):
    """So many acts on one incident of the demonstration."""
    from django.core.management import call_command
    from django.db import connection

    from incidents.models import AccessRecord
    from reports.demo.boroughs import build
    from reports.demo.third_day import third_day
    from svit import clock

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_toolkit", verbosity=0)
    third_day(build("a password of the benchmark alone")["Northmere"], clock.now())
    one = AccessRecord.objects.exclude(user=None).first()
    with connection.cursor() as cursor:
        cursor.execute(MANY, [one.partnership_id, one.user_id, one.agency_id, number, number])
        cursor.execute("ANALYZE incidents_accessrecord")


def main(number=1_000_000):
    from incidents.actions import seal_access_record
    from incidents.verifying import verify

    fill(number)
    began, sweeps = time.monotonic(), 0
    while seal_access_record():
        sweeps += 1
    print(f"sealed in {sweeps} sweeps, {time.monotonic() - began:.1f} s", flush=True)
    began = time.monotonic()
    seal_access_record()
    print(f"a sweep with nothing to seal: {time.monotonic() - began:.2f} s", flush=True)
    began, used = time.monotonic(), time.process_time()
    report = verify()
    took, used = time.monotonic() - began, time.process_time() - used
    print(
        f"{report.records} records verified in {took:.1f} s ({used:.1f} s of this process); {report.wrong} findings"
    )
    print(report.findings[:5])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svit.settings")
    django.setup()
    main(*map(int, sys.argv[1:]))
