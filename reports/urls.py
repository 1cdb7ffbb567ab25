from django.urls import path

from reports.home import home
from reports.views import packs, search

PACKS = "incidents/<uuid:uuid>/packs"

urlpatterns = [
    path("", home, name="home"),
    path("search/", search.search, name="search"),
    path(f"{PACKS}/", packs.pack_list, name="packs"),
    path(f"{PACKS}/new/", packs.new_pack, name="new-pack"),
    path(f"{PACKS}/<uuid:pack_uuid>/", packs.pack, name="pack"),
    path(f"{PACKS}/<uuid:pack_uuid>/download/", packs.download, name="pack-download"),
]
