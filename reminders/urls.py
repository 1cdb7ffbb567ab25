"""Addresses of the inbox and of the demonstration's mail."""

from django.urls import path

from reminders import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<uuid:uuid>/", views.message, name="message"),
    path("inbox/<uuid:uuid>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("inbox/<uuid:uuid>/snooze/", views.snooze, name="snooze"),
    path("inbox/<uuid:uuid>/take-back/", views.take_back, name="take-back-snooze"),
    path("account/messages/", views.digest, name="digest"),
    path("demo/mail/", views.demo_mail, name="demo-mail"),
]
