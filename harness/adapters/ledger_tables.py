"""The tables of a run's ledger. Moments are seconds since the epoch; NULL is not known.

``findings.number`` counts from 0, the oldest first, and is the same in every judgement of the same
evidence. ``body`` is the whole finding as JSON; the other columns are there to be asked by.
"""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, MetaData, Table, Text

FORMAT = "1"
"""Changes with these tables: a ledger of another format is made anew."""

TABLES = MetaData()
META = Table(
    "meta",
    TABLES,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
ITERATIONS = Table(
    "iterations",
    TABLES,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("started", Float),
    Column("ended", Float),
    Column("looked", Float),
    Column("verdict", Text, nullable=False),
    Column("rules_verdict", Text, nullable=False),
    Column("reads", Integer, nullable=False),
    Column("interrupted", Boolean, nullable=False),
    Column("broken", Text, nullable=False),
)
FINDINGS = Table(
    "findings",
    TABLES,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, index=True),
    Column("rule", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("class", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("fails", Boolean, nullable=False),
    Column("since", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("closed", Integer),
    Column("opened_at", Float),
    Column("last_at", Float),
    Column("closed_at", Float),
    Column("due", Float),
    Column("overdue", Boolean, nullable=False),
    Column("healed_after", Float),
    Column("vcpus", Integer),
    Column("memory_mb", Integer),
    Column("disk_gb", Integer),
    Column("waiver", Text),
    Column("message", Text, nullable=False),
    Column("body", Text, nullable=False),
)
SIGHTINGS = Table(
    "sightings",
    TABLES,
    Column("finding", ForeignKey("findings.number"), primary_key=True),
    Column("iteration", ForeignKey("iterations.number"), primary_key=True),
    Column("seen_at", Float),
    Column("set_aside", Text),
)
