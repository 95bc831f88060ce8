from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from .models import Order, Product
from .tasks import send_receipt


def index(request):
    basket = request.session.get("basket", [])
    return render(request, "catalog/index.html", {"products": Product.objects.all(), "basket": basket})


@require_POST
def add(request):
    request.session["basket"] = [*request.session.get("basket", []), request.POST["product"]]
    return redirect("index")


@require_POST
def order(request):
    with transaction.atomic():
        placed = Order.objects.create(items=request.session.pop("basket", []))
        # A worker must not look for the order before it is there.
        transaction.on_commit(lambda: send_receipt.delay(placed.id))
    return redirect("index")
