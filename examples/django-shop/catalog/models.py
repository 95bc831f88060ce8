from django.db import models


class Product(models.Model):
    name = models.CharField(max_length=100)

    def __str__(self):
        return self.name


class Order(models.Model):
    items = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    # How often the task has run: once, or more often if a worker was killed.
    receipts_sent = models.IntegerField(default=0)


class Report(models.Model):
    created_at = models.DateTimeField(auto_now_add=True)
    orders = models.IntegerField()
