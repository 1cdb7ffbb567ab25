"""Texts by GOV.UK Notify. Their template is one field: ((message))."""

from typing import Any

from django.conf import settings

from reminders import texts
from reminders.channels.line import Message
from reminders.channels.notify import Notify
from reminders.models import Channel


class NotifySms(Notify):
    channel = Channel.SMS
    recipient_field = "phone_number"

    def post(self, message: Message) -> dict[str, Any]:
        return self.client.send_sms_notification(
            phone_number=message.recipient.mobile,
            template_id=settings.NOTIFY_SMS_TEMPLATE,
            personalisation={"message": texts.compose(message.notifications, now=message.now)},
            reference=message.reference,
        )
