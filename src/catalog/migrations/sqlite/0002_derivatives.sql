-- What was made from blobs: thumbnails and previews. Each can be made again; none counts towards a quota.
-- A row without a key remembers that the recipe cannot be followed for that blob, and why.
-- Deferred: a blob's row goes first, what was made from it in the same transaction.

CREATE TABLE derivatives (
  blob_id    INTEGER NOT NULL REFERENCES blobs (id) DEFERRABLE INITIALLY DEFERRED,
  recipe     TEXT NOT NULL,
  store      TEXT,
  key        TEXT UNIQUE,
  size       INTEGER CHECK (size >= 0),
  sha256     BLOB CHECK (length(sha256) = 32),
  mime_type  TEXT,
  width      INTEGER,
  height     INTEGER,
  failure    TEXT,  -- the code of the problem
  created_at INTEGER NOT NULL,
  PRIMARY KEY (blob_id, recipe),
  CHECK ((key IS NULL) = (failure IS NOT NULL))
) STRICT, WITHOUT ROWID;
