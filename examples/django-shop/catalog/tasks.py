from celery import shared_task
from django.db.models import F

from .models import Order, Report


@shared_task
def send_receipt(order_id):
    Order.objects.filter(id=order_id).update(receipts_sent=F("receipts_sent") + 1)


@shared_task
def report():
    Report.objects.create(orders=Order.objects.count())
