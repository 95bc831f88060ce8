"""How gunicorn runs the app, and how it leaves: health first, connections later.

On SIGTERM /health immediately returns 503, while requests are still accepted for SHUTDOWN_DELAY_SECONDS
(default 3): a balancer removes this host before any request is refused. Then requests in flight get
`graceful_timeout` to finish. Together this is less than the 30 s that a container has between SIGTERM and
SIGKILL (app.stopSeconds).
"""

import os
import signal
from types import FrameType

from gunicorn.arbiter import Arbiter
from gunicorn.http.message import Request
from gunicorn.workers.base import Worker

SHUTDOWN_DELAY_SECONDS = float(os.environ.get("SHUTDOWN_DELAY_SECONDS", "3"))

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
# One process: the metrics registry is then complete without files on disk.
workers = 1
worker_class = "gthread"
threads = 32
# The app's flags are in memory that the master shares with the worker, so the app is preloaded.
preload_app = True
graceful_timeout = 25
# Longer than a balancer keeps an idle connection, so that the balancer is the side that closes it.
keepalive = 75
worker_tmp_dir = "/dev/shm"
accesslog = None


def when_ready(server: Arbiter) -> None:
    """Adds a lame-duck time before gunicorn's own SIGTERM, which stops listening immediately."""
    from app import draining

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.signal(signal.SIGTERM, None)

    def begin_lame_duck(_signal: int, frame: FrameType | None) -> None:
        # A repeated SIGTERM must not cut the time short; SIGINT and SIGQUIT still do.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        draining.set(True)
        server.log.info("draining for %s s", SHUTDOWN_DELAY_SECONDS)
        if SHUTDOWN_DELAY_SECONDS > 0:
            signal.setitimer(signal.ITIMER_REAL, SHUTDOWN_DELAY_SECONDS)
        else:
            stop(signal.SIGTERM, frame)

    # gunicorn uses no alarm, and workers inherit no timer.
    signal.signal(signal.SIGALRM, stop)
    signal.signal(signal.SIGTERM, begin_lame_duck)


def pre_request(_worker: Worker, request: Request) -> None:
    """Ends kept-alive connections during the lame duck, as if the client had asked for it.

    A Connection header set by the app would not do: gunicorn drops it.
    """
    from app import draining

    if draining:
        request.headers.insert(0, ("CONNECTION", "close"))
