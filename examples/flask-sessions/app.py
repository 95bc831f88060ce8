"""Notes in a session that Redis keeps: both colors read it, so a switch loses none."""

import os

from flask import Flask, redirect, render_template_string, request, session, url_for
from flask_session import Session
from redis import Redis

app = Flask(__name__)
app.config.update(
    SESSION_TYPE="redis",
    SESSION_REDIS=Redis.from_url(os.environ.get("REDIS_URL", "redis://localhost:6379/0")),
    SESSION_COOKIE_SAMESITE="Lax",
)
Session(app)

PAGE = """<!doctype html>
<title>Notes</title>
<h1>{{ notes|length }} notes</h1>
<ul>{% for note in notes %}<li>{{ note }}</li>{% endfor %}</ul>
<form method="post"><input name="note" required><button>Keep</button></form>
"""


@app.get("/health")
def health():
    return "ok"


@app.get("/")
def index():
    return render_template_string(PAGE, notes=session.get("notes", []))


@app.post("/")
def keep():
    # Lists of texts, no objects of our own: the other version has to read them too.
    session["notes"] = [*session.get("notes", []), request.form["note"]]
    return redirect(url_for("index"), code=303)
