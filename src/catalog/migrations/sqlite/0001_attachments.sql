-- Users, the bytes they keep, what they call them, the work still to be done and the answers to repeat.
-- Times are microseconds since 1970 in UTC. Every index is paid for by each upload: the listing needs the first, the
-- foreign key of a removed blob the second, the others hold only the rows that use the column.

CREATE TABLE users (
  id          INTEGER PRIMARY KEY,
  subject     TEXT UNIQUE,  -- NULL: the subject is the id in decimal
  bytes       INTEGER NOT NULL DEFAULT 0 CHECK (bytes >= 0),
  files       INTEGER NOT NULL DEFAULT 0 CHECK (files >= 0),
  quota_bytes INTEGER,
  quota_files INTEGER
) STRICT;

CREATE TABLE blobs (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id    INTEGER NOT NULL,
  store      TEXT NOT NULL,
  key        TEXT NOT NULL UNIQUE,
  size       INTEGER NOT NULL CHECK (size >= 0),
  sha256     BLOB NOT NULL CHECK (length(sha256) = 32),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE attachments (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id     INTEGER NOT NULL REFERENCES users (id),
  blob_id     INTEGER NOT NULL REFERENCES blobs (id),
  collection  TEXT NOT NULL,
  filename    TEXT NOT NULL,
  mime_type   TEXT NOT NULL,
  task_id     INTEGER,
  record_type TEXT,
  record_id   TEXT,
  role        TEXT,
  position    INTEGER,
  metadata    TEXT,  -- a JSON object; NULL: {}
  tags        TEXT,  -- a JSON array, sorted; NULL: none
  state       INTEGER NOT NULL,
  width       INTEGER,
  height      INTEGER,
  pages       INTEGER,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  expires_at  INTEGER,
  version     INTEGER NOT NULL
) STRICT;

CREATE INDEX attachments_by_created ON attachments (user_id, created_at);
CREATE INDEX attachments_by_blob ON attachments (blob_id);
CREATE INDEX attachments_by_task ON attachments (user_id, task_id, created_at) WHERE task_id IS NOT NULL;
CREATE INDEX attachments_by_record ON attachments (user_id, record_type, record_id, created_at)
  WHERE record_type IS NOT NULL;
CREATE INDEX attachments_by_collection ON attachments (user_id, collection, created_at) WHERE collection <> 'default';
CREATE INDEX attachments_by_expiry ON attachments (expires_at) WHERE expires_at IS NOT NULL;

-- The listing by tag: what attachments.tags says, the other way round.
CREATE TABLE attachment_tags (
  user_id       INTEGER NOT NULL,
  tag           TEXT NOT NULL,
  created_at    INTEGER NOT NULL,
  attachment_id INTEGER NOT NULL,
  PRIMARY KEY (user_id, tag, created_at, attachment_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  kind       TEXT NOT NULL,
  payload    TEXT NOT NULL,
  attempts   INTEGER NOT NULL DEFAULT 0,
  due_at     INTEGER NOT NULL,  -- a lease moves it to the lease's end
  dead       INTEGER NOT NULL DEFAULT 0,
  reason     TEXT,
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX jobs_by_due ON jobs (kind, due_at) WHERE dead = 0;

-- What a request with an Idempotency-Key was answered.
CREATE TABLE answers (
  user_id     INTEGER NOT NULL,
  key         TEXT NOT NULL,
  fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
  status      INTEGER NOT NULL,
  body        TEXT NOT NULL,
  expires_at  INTEGER NOT NULL,
  PRIMARY KEY (user_id, key)
) STRICT;

CREATE INDEX answers_by_expiry ON answers (expires_at);
