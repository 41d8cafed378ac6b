-- What was read from files, and two indexes of words: over those texts, and over the names of attachments.
-- The indexes are FTS5 tables without texts of their own: they refer to page_texts and name_texts, and a row of theirs is
-- removed by telling FTS5 what it was made from. Their tokenizer is Holdall's: another program cannot open these two.
-- What they are given begins with a line that says whose it is, and the tokenizer makes the owner a part of each word: an
-- owner's words are a dictionary of their own, and what others have stored costs a search nothing and cannot be found by it.

ALTER TABLE blobs ADD COLUMN text_state INTEGER NOT NULL DEFAULT 0;

-- How the reading of a blob has ended.
CREATE TABLE texts (
  blob_id      INTEGER PRIMARY KEY REFERENCES blobs (id) DEFERRABLE INITIALLY DEFERRED,
  state        INTEGER NOT NULL,
  failure      TEXT NOT NULL,  -- the code of the problem
  language     TEXT NOT NULL,
  is_truncated INTEGER NOT NULL,
  ended_at     INTEGER NOT NULL
) STRICT;

-- The id tells blob and page, so that a match in the index is told apart without looking it up here, and all pages of a
-- blob lie together. No reference to blobs: pages are removed after their blob, in steps.
CREATE TABLE page_texts (
  id         INTEGER PRIMARY KEY,  -- blob_id * 2^20 + page
  blob_id    INTEGER AS (id >> 20) VIRTUAL,
  page       INTEGER AS (id & 1048575) VIRTUAL,
  owner      INTEGER NOT NULL,
  source     INTEGER NOT NULL,
  confidence INTEGER,
  text       TEXT NOT NULL,
  words      BLOB,  -- records of 15 bytes, see docs/on-disk-format-catalog.md; NULL: none
  owned_text TEXT AS (owner || char(10) || text) VIRTUAL
) STRICT;

CREATE VIRTUAL TABLE page_index USING fts5 (
  owned_text, content = 'page_texts', content_rowid = 'id', tokenize = 'holdall'
);

-- What of an attachment's names is in the index, as it was when it was put there.
CREATE TABLE name_texts (
  id       INTEGER PRIMARY KEY,  -- of the attachment
  owner    INTEGER NOT NULL,
  filename TEXT NOT NULL,
  tags     TEXT NOT NULL,
  metadata TEXT NOT NULL,
  owned_filename TEXT AS (owner || char(10) || filename) VIRTUAL,
  owned_tags     TEXT AS (owner || char(10) || tags) VIRTUAL,
  owned_metadata TEXT AS (owner || char(10) || metadata) VIRTUAL
) STRICT;

CREATE VIRTUAL TABLE name_index USING fts5 (
  owned_filename, owned_tags, owned_metadata, content = 'name_texts', content_rowid = 'id', tokenize = 'holdall'
);

-- Attachments up to this id are in name_texts, if they are there at all. An upload does not wait for its place in the
-- index; the next search puts it there.
CREATE TABLE name_mark (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  up_to INTEGER NOT NULL
) STRICT;

INSERT INTO name_mark (one, up_to) VALUES (1, 0);
