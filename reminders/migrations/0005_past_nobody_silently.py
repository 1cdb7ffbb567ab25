import django.db.models.deletion
import svit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0004_snoozes_and_digests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="unreached",
            field=models.CharField(
                blank=True,
                choices=[
                    ("holder", "Whoever holds it cannot be reached."),
                    ("agency", "Nobody of the agency can be reached. Telephone it."),
                    ("coordinators", "No coordinator can be reached."),
                ],
                db_default="",
                default="",
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Skipped",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("step", models.CharField(max_length=40)),
                ("subject", models.UUIDField()),
                ("due_at", models.DateTimeField()),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ended", "acts for no agency any more"),
                            ("not_set_up", "has not set up the account yet"),
                            ("no_address", "has no e-mail address"),
                            ("bounced", "messages to the address come back"),
                            ("leave", "on leave"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField(default=svit.clock.now)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="skipped",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(fields=["subject", "kind"], name="skipped_of"),
                    models.Index(condition=models.Q(("user", None)), fields=["at"], name="reached_nobody"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "step", "subject", "user", "due_at"), name="skipped_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("user", None)),
                        fields=("kind", "step", "subject", "due_at"),
                        name="reached_nobody_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("user", None)),
                            models.Q(("user__isnull", False), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="skipped_for_a_reason",
                    ),
                ],
            },
        ),
    ]
