"""Addresses of the account and of the set-up. Of the sign-in library's pages only those that are used."""

from django.urls import path, re_path

from partners.views import account, agencies, contacts, imports, members, on_call, setup

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/acting/", account.acting, name="acting"),
    path("account/login/", account.sign_in, name="account_login"),
    path("account/logout/", account.sign_out, name="account_logout"),
    path("account/inactive/", account.inactive, name="account_inactive"),
    path("account/password/change/", account.change_password, name="account_change_password"),
    path("account/password/set/", account.set_password, name="account_set_password"),
    path("account/password/reset/", account.reset_password, name="account_reset_password"),
    path("account/password/reset/done/", account.reset_password_sent, name="account_reset_password_done"),
    re_path(
        r"^account/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.reset_password_from_link,
        name="account_reset_password_from_key",
    ),
    path(
        "account/password/reset/key/done/",
        account.reset_password_done,
        name="account_reset_password_from_key_done",
    ),
    path("setup/", setup.setup, name="setup"),
    path("setup/partnership/", setup.partnership, name="setup-partnership"),
    path("setup/history/", setup.history, name="setup-history"),
    path("setup/agencies/", agencies.agencies, name="setup-agencies"),
    path("setup/agencies/new/", agencies.new_agency, name="setup-new-agency"),
    path("setup/agencies/<uuid:uuid>/", agencies.agency, name="setup-agency"),
    path("setup/agencies/<uuid:uuid>/history/", agencies.agency_history, name="setup-agency-history"),
    path("setup/agencies/<uuid:uuid>/change/", agencies.change_agency, name="setup-change-agency"),
    path("setup/agencies/<uuid:uuid>/share/", agencies.share_agency, name="setup-share-agency"),
    path("setup/agencies/<uuid:uuid>/agreement/", agencies.agreement, name="setup-agreement"),
    path("setup/agencies/<uuid:uuid>/close/", agencies.close_agency, name="setup-close-agency"),
    path("setup/agencies/<uuid:uuid>/reopen/", agencies.reopen_agency, name="setup-reopen-agency"),
    path("setup/agencies/<uuid:uuid>/members/add/", members.add_member, name="setup-add-member"),
    path("setup/agencies/<uuid:uuid>/on-call/", on_call.put_on_call, name="setup-put-on-call"),
    path("setup/members/", members.members, name="setup-members"),
    path("setup/members/<uuid:uuid>/end/", members.end_membership, name="setup-end-membership"),
    path("setup/members/<uuid:uuid>/link/", members.send_link, name="setup-send-link"),
    path("setup/contacts/", contacts.contacts, name="setup-contacts"),
    path("setup/contacts/new/", contacts.new_contact, name="setup-new-contact"),
    path("setup/contacts/<uuid:uuid>/", contacts.change_contact, name="setup-change-contact"),
    path("setup/contacts/<uuid:uuid>/confirm/", contacts.confirm_contact, name="setup-confirm-contact"),
    path("setup/contacts/<uuid:uuid>/remove/", contacts.remove_contact, name="setup-remove-contact"),
    path("setup/on-call/", on_call.on_call, name="setup-on-call"),
    path("setup/on-call/<uuid:uuid>/end/", on_call.end_on_call, name="setup-end-on-call"),
    path("setup/import/", imports.directory, name="setup-import"),
    path("setup/import/confirm/", imports.confirm, name="setup-confirm-import"),
    path("setup/import/sample.csv", imports.sample, name="setup-import-sample"),
]
