"""The tables of the local store, and how an older file becomes a newer one."""

from __future__ import annotations

from storage.local.driver import Connection

_FIRST = """
-- Single values by name, as JSON: device, session, cursor, what is on the desk...
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID;

-- Clients at hand. expires_at: the hub's deadline; until: ours, earlier, in the hub's time;
-- taken_at: this machine's clock. worked: a result or skip is made.
CREATE TABLE held (
  client_id INTEGER PRIMARY KEY,
  lease_id TEXT NOT NULL UNIQUE,
  token INTEGER NOT NULL,
  expires_at TEXT NOT NULL,
  until TEXT NOT NULL,
  taken_at TEXT NOT NULL,
  callback_due TEXT,
  score INTEGER NOT NULL,
  position INTEGER NOT NULL,
  worked INTEGER NOT NULL
);

-- Documents of clients at hand, and of those whose last capture may be taken back.
-- server: as the hub sent it. doc: with the effects of own facts that the hub does not
-- know yet, NULL while there are none.
CREATE TABLE document (
  client_id INTEGER PRIMARY KEY,
  server BLOB NOT NULL,
  doc BLOB
);

-- What the agent did, with its share of the day's figures. event: the wire form.
-- day, hour: in the agent's zone. status: the hub's answer, '' while there is none.
CREATE TABLE fact (
  id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  client_id INTEGER,
  event BLOB NOT NULL,
  at TEXT NOT NULL,
  day TEXT NOT NULL,
  hour INTEGER NOT NULL,
  touches INTEGER NOT NULL,
  contacts INTEGER NOT NULL,
  rpc INTEGER NOT NULL,
  promises INTEGER NOT NULL,
  promised INTEGER NOT NULL,
  currency TEXT NOT NULL,
  retracted_by TEXT,
  status TEXT NOT NULL DEFAULT ''
);
CREATE INDEX fact_day ON fact (day);

CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY,
  fact_id TEXT NOT NULL UNIQUE REFERENCES fact (id),
  client_id INTEGER,
  at TEXT NOT NULL
);
CREATE INDEX outbox_client ON outbox (client_id);

-- What the hub refused, whole, until someone has looked at it.
CREATE TABLE quarantine (
  fact_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  refused_at TEXT NOT NULL,
  reason TEXT NOT NULL,
  event BLOB NOT NULL
);

-- How a client stood on the desk before a result or skip, so that it can be taken back.
CREATE TABLE undo (
  seq INTEGER PRIMARY KEY,
  fact_id TEXT NOT NULL UNIQUE REFERENCES fact (id) ON DELETE CASCADE,
  client_id INTEGER NOT NULL,
  before BLOB NOT NULL
);

-- Own promises and callbacks, so that they are in the agenda after the client is gone.
-- done_by: the later fact that answered a callback.
CREATE TABLE agenda (
  id TEXT PRIMARY KEY,
  fact_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  client_id INTEGER NOT NULL,
  client TEXT NOT NULL,
  at TEXT NOT NULL,
  account BLOB,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  done_by TEXT
);

-- Payments that the hub told of and that belong to this agent's promises.
CREATE TABLE recovered (
  id TEXT PRIMARY KEY,
  day TEXT NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL
);
"""

_SECOND = """
DROP TABLE recovered;
DROP TABLE agenda;

-- What is due, as the hub told last, with what own facts have added since. fact_id: the fact
-- that it comes from. done_by: the later fact that has seen to it.
CREATE TABLE agenda (
  id TEXT PRIMARY KEY,
  fact_id TEXT NOT NULL,
  client_id INTEGER NOT NULL,
  item BLOB NOT NULL,
  done_by TEXT
);

-- queue: '' = to be called, 'search' = to be searched for.
ALTER TABLE held ADD COLUMN queue TEXT NOT NULL DEFAULT '';

-- When this workstation was open, by the hub's clock. seen: the last sign of it.
CREATE TABLE presence (
  began TEXT PRIMARY KEY,
  seen TEXT NOT NULL
) WITHOUT ROWID;
"""

_THIRD = """
-- offline: leased for working without a link; attempts_left: calls that may be made under it,
-- NULL = the rules set no number. ends: the deadline on the clock of the machine's run `boot`.
ALTER TABLE held ADD COLUMN offline INTEGER NOT NULL DEFAULT 0;
ALTER TABLE held ADD COLUMN attempts_left INTEGER;
ALTER TABLE held ADD COLUMN ends REAL;
ALTER TABLE held ADD COLUMN boot TEXT NOT NULL DEFAULT '';

-- A client's name as it was known then. let_go: why the agent gave the fact up, '' = not yet;
-- until then it holds back later facts of its client.
ALTER TABLE quarantine ADD COLUMN client_id INTEGER;
ALTER TABLE quarantine ADD COLUMN client TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN let_go TEXT NOT NULL DEFAULT '';
UPDATE quarantine SET client_id = (SELECT client_id FROM fact WHERE id = fact_id);
CREATE INDEX quarantine_client ON quarantine (client_id);

-- What waits because an earlier fact of its client was refused.
CREATE VIEW held_back AS
SELECT fact_id, client_id FROM outbox
WHERE client_id IN (SELECT client_id FROM quarantine WHERE let_go = '');
"""

_FOURTH = """
-- What was written to the agent, and what the agent wrote (mine; id is then the fact's).
CREATE TABLE message (
  id TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  client_id INTEGER,
  document BLOB NOT NULL,
  read_at TEXT,
  mine INTEGER NOT NULL
);
CREATE INDEX message_unread ON message (at) WHERE read_at IS NULL;
"""

MIGRATIONS = (_FIRST, _SECOND, _THIRD, _FOURTH)
"""Scripts in order; the file's ``user_version`` tells how many it has seen."""

VERSION = len(MIGRATIONS)


def version(connection: Connection) -> int:
    """How many migrations the file has seen."""
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found


def migrate(connection: Connection) -> None:
    """Bring the file to the present form, each script in a transaction of its own."""
    for number, script in enumerate(MIGRATIONS[version(connection) :], start=version(connection) + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;")
