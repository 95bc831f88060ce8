"""The example application: says which color it is, and can be told to misbehave.

Environment: DEPLOYMENT_COLOR and APP_VERSION name the release. For tests: FAIL_START=1 exits at
once, FAIL_BODY=1 answers `/` with a wrong body, FAIL_HEALTH=1 starts with a failing /health, and
ENABLE_FAILURE_SWITCH=1 opens POST and DELETE /fail.
"""

import mmap
import os
import socket
import sys
import time
from http import HTTPMethod

from flask import Flask, Response, abort, g, jsonify, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

MAX_SLOW_SECONDS = 60.0
KNOWN_METHODS = frozenset(HTTPMethod)

COLOR = os.environ.get("DEPLOYMENT_COLOR", "none")
VERSION = os.environ.get("APP_VERSION", "dev")
HOST = socket.gethostname()

REQUESTS = Counter("http_requests", "Requests answered.", ["method", "path", "status"])
LATENCY = Histogram(
    "http_request_duration_seconds", "Time to answer a request.", ["method", "path"]
)
BUILD = Gauge("app_build_info", "Always 1; see the labels.", ["color", "version"])
BUILD.labels(COLOR, VERSION).set(1)


class SharedFlag:
    """A boolean in memory that the gunicorn master shares with the workers it forks."""

    def __init__(self, value: bool = False) -> None:
        self._byte = mmap.mmap(-1, 1)
        self._byte[0] = value

    def __bool__(self) -> bool:
        return bool(self._byte[0])

    def set(self, value: bool) -> None:
        self._byte[0] = value


def is_enabled(name: str) -> bool:
    return os.environ.get(name) == "1"


if is_enabled("FAIL_START"):
    sys.exit("FAIL_START is set: the app exits immediately")

draining = SharedFlag()  # set by gunicorn.conf.py on SIGTERM
failing = SharedFlag(is_enabled("FAIL_HEALTH"))
app = Flask(__name__)


@app.before_request
def start_clock() -> None:
    g.started = time.perf_counter()


@app.after_request
def count(response: Response) -> Response:
    # Labels come from closed sets: a scanner asking for odd paths must not grow the metrics.
    path = request.url_rule.rule if request.url_rule else "unmatched"
    method = request.method if request.method in KNOWN_METHODS else "other"
    REQUESTS.labels(method, path, response.status_code).inc()
    LATENCY.labels(method, path).observe(time.perf_counter() - g.started)
    # For balancers that don't say which color has answered.
    response.headers["X-Deployment-Color"] = COLOR
    return response


@app.get("/")
def index() -> Response:
    if is_enabled("FAIL_BODY"):
        return jsonify(error="FAIL_BODY is set")
    return jsonify(color=COLOR, version=VERSION, host=HOST)


@app.get("/health")
def health() -> tuple[Response, int]:
    status = "draining" if draining else "failing" if failing else "ok"
    body = jsonify(status=status, color=COLOR, host=HOST, version=VERSION)
    return body, 200 if status == "ok" else 503


@app.get("/slow")
def slow() -> Response:
    seconds = request.args.get("seconds", type=float)
    # Not a number compares false with everything, so it is refused here as well.
    if seconds is None or not 0 <= seconds <= MAX_SLOW_SECONDS:
        abort(400, f"seconds must be a number from 0 to {MAX_SLOW_SECONDS:.0f}")
    time.sleep(seconds)
    return jsonify(color=COLOR, version=VERSION, host=HOST, seconds=seconds)


@app.route("/fail", methods=["POST", "DELETE"])
def fail() -> Response:
    if not is_enabled("ENABLE_FAILURE_SWITCH"):
        abort(404)
    failing.set(request.method == "POST")
    return jsonify(failing=bool(failing))


@app.get("/metrics")
def metrics() -> Response:
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
