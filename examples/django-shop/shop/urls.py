from django.contrib import admin
from django.http import HttpResponse
from django.urls import include, path


def health(request):
    """Says that this process can answer. It asks no database: when that is away, so it is for both colors."""
    return HttpResponse("ok")


urlpatterns = [
    path("health", health),
    path("admin/", admin.site.urls),
    path("", include("catalog.urls")),
]
