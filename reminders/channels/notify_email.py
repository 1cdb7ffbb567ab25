"""E-mail by GOV.UK Notify. Its template is made of two fields: ((subject)) and ((message))."""

from typing import Any

from django.conf import settings

from reminders import mail
from reminders.channels.line import Message
from reminders.channels.notify import Notify
from reminders.models import Channel


class NotifyEmail(Notify):
    channel = Channel.EMAIL
    recipient_field = "email_address"

    def post(self, message: Message) -> dict[str, Any]:
        letter = mail.compose(message.notifications, message_id=message.message_id, now=message.now)
        return self.client.send_email_notification(
            email_address=message.recipient.email,
            template_id=settings.NOTIFY_EMAIL_TEMPLATE,
            personalisation={"subject": letter.subject, "message": letter.body},
            reference=message.reference,
        )
