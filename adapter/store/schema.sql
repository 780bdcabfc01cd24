-- 1: the first schema. {text} and {blob} are the engine's types; {text} compares byte by byte on both.
CREATE TABLE ledger_entry (
  district {text} NOT NULL, seq BIGINT NOT NULL, kind {text} NOT NULL, subject {text} NOT NULL, effective_on {text} NOT NULL,
  recorded_at {text} NOT NULL, actor {text} NOT NULL, post {text} NOT NULL, body {text} NOT NULL, evidence {text} NOT NULL,
  corrects BIGINT NOT NULL, idem {text} NOT NULL, leaf {blob} NOT NULL,
  PRIMARY KEY (district, seq));
CREATE INDEX ledger_entry_subject ON ledger_entry (district, subject, seq);
CREATE INDEX ledger_entry_kind ON ledger_entry (district, kind, seq);
CREATE INDEX ledger_entry_corrects ON ledger_entry (district, corrects) WHERE corrects > 0;
CREATE UNIQUE INDEX ledger_entry_idem ON ledger_entry (district, idem, seq) WHERE idem <> '';
CREATE TABLE ledger_head (
  district {text} NOT NULL, suite {text} NOT NULL, vkey {text} NOT NULL, skey {blob} NOT NULL, size BIGINT NOT NULL, frontier {blob} NOT NULL,
  rebuilt BIGINT NOT NULL DEFAULT 0, lapsed {text} NOT NULL DEFAULT '', -- how often the projections were made anew; until when overdue cases are counted
  PRIMARY KEY (district));
CREATE TABLE ledger_node (
  district {text} NOT NULL, level BIGINT NOT NULL, idx BIGINT NOT NULL, hash {blob} NOT NULL,
  PRIMARY KEY (district, level, idx));
CREATE TABLE ledger_checkpoint (
  district {text} NOT NULL, size BIGINT NOT NULL, note {text} NOT NULL,
  PRIMARY KEY (district, size));
CREATE TABLE evidence (
  district {text} NOT NULL, digest {text} NOT NULL, name {text} NOT NULL, media {text} NOT NULL, size BIGINT NOT NULL, bytes {blob} NOT NULL,
  PRIMARY KEY (district, digest));

-- projections: made from ledger entries only
CREATE TABLE doc (
  district {text} NOT NULL, kind {text} NOT NULL, id {text} NOT NULL, name {text} NOT NULL, parent {text} NOT NULL, stage {text} NOT NULL,
  seq BIGINT NOT NULL, body {text} NOT NULL,
  PRIMARY KEY (district, kind, id));
CREATE TABLE datum (
  district {text} NOT NULL, fact {text} NOT NULL, period {text} NOT NULL, subject {text} NOT NULL, seq BIGINT NOT NULL, value {text} NOT NULL,
  PRIMARY KEY (district, fact, period, subject, seq));
CREATE TABLE frozen (
  district {text} NOT NULL, month {text} NOT NULL, name {text} NOT NULL, subject {text} NOT NULL, seq BIGINT NOT NULL, value {text} NOT NULL,
  PRIMARY KEY (district, month, name, subject));
CREATE TABLE project_row (
  district {text} NOT NULL, id {text} NOT NULL, name {text} NOT NULL, pinyin {text} NOT NULL, level {text} NOT NULL, class {text} NOT NULL,
  front {text} NOT NULL, industry {text} NOT NULL, place {text} NOT NULL, owner_unit {text} NOT NULL, local_unit {text} NOT NULL,
  line_unit {text} NOT NULL, lead {text} NOT NULL, stage {text} NOT NULL, lists {text} NOT NULL, finish {text} NOT NULL, moved BIGINT NOT NULL,
  parent {text} NOT NULL, listed BIGINT NOT NULL, plan_year BIGINT NOT NULL, plan BIGINT NOT NULL, seq BIGINT NOT NULL,
  PRIMARY KEY (district, id));
CREATE INDEX project_row_plan ON project_row (district, listed, plan_year, plan DESC, id);
CREATE INDEX project_row_local ON project_row (district, local_unit, listed, plan_year, plan DESC, id);
CREATE INDEX project_row_owner ON project_row (district, owner_unit, listed, plan_year, plan DESC, id);
CREATE TABLE case_row (
  district {text} NOT NULL, id {text} NOT NULL, desk {text} NOT NULL, use {text} NOT NULL, digest {text} NOT NULL, kind {text} NOT NULL, title {text} NOT NULL,
  pinyin {text} NOT NULL, subject {text} NOT NULL, project {text} NOT NULL, state {text} NOT NULL, outcome {text} NOT NULL, rate {text} NOT NULL,
  unit {text} NOT NULL, post {text} NOT NULL, raiser {text} NOT NULL, raiser_post {text} NOT NULL, next_unit {text} NOT NULL, next_post {text} NOT NULL,
  next_as {text} NOT NULL, seat {text} NOT NULL, level BIGINT NOT NULL, climbs BIGINT NOT NULL, reopened BIGINT NOT NULL, returns BIGINT NOT NULL,
  opened {text} NOT NULL, due {text} NOT NULL, near {text} NOT NULL, days BIGINT NOT NULL, closed {text} NOT NULL, closed_by {text} NOT NULL, last_climb {text} NOT NULL, last_reopen {text} NOT NULL,
  halted BIGINT NOT NULL, fast BIGINT NOT NULL, unfixed BIGINT NOT NULL, vacant BIGINT NOT NULL, is_open BIGINT NOT NULL, marks {text} NOT NULL, parties {text} NOT NULL, seq BIGINT NOT NULL,
  PRIMARY KEY (district, id));
CREATE INDEX case_row_unit ON case_row (district, unit, is_open, due, id);
CREATE INDEX case_row_next_post ON case_row (district, next_post, due, id) WHERE is_open = 1;
CREATE INDEX case_row_next_unit ON case_row (district, next_unit, due, id) WHERE is_open = 1;
CREATE INDEX case_row_seat ON case_row (district, seat, due, id) WHERE is_open = 1;
CREATE INDEX case_row_raiser ON case_row (district, raiser, is_open, due, id);
CREATE INDEX case_row_subject ON case_row (district, subject, id);
-- what figures count by, all of it in the index, is_open too: SQLite looks it up in the row otherwise
CREATE INDEX case_row_near ON case_row (district, use, near, due, unit, level, kind, next_unit, next_post, is_open) WHERE is_open = 1;
CREATE INDEX case_row_opened ON case_row (district, use, opened, unit, level, kind);
CREATE INDEX case_row_closed ON case_row (district, use, closed, unit, level, kind, rate, closed_by, unfixed, fast, reopened, days, is_open) WHERE is_open = 0;
CREATE INDEX case_row_climb ON case_row (district, last_climb, use, unit, level, kind) WHERE last_climb <> '';
CREATE INDEX case_row_reopen ON case_row (district, last_reopen, use, unit, level, kind) WHERE last_reopen <> '';
-- who has to do with a case: one row per unit, and one under '' for everybody, with the columns that lists are sorted and counted by,
-- so that a restricted reader walks an index of his own just as one does who sees all
CREATE TABLE case_party (
  district {text} NOT NULL, party {text} NOT NULL, id {text} NOT NULL, is_open BIGINT NOT NULL, level BIGINT NOT NULL, due {text} NOT NULL,
  closed {text} NOT NULL, use {text} NOT NULL,
  PRIMARY KEY (district, party, id));
CREATE INDEX case_party_due ON case_party (district, party, due, id, use, level, is_open) WHERE is_open = 1;
CREATE INDEX case_party_level ON case_party (district, party, level, due, id, use, is_open) WHERE is_open = 1;
CREATE INDEX case_party_closed ON case_party (district, party, closed, id, use, is_open) WHERE is_open = 0;
-- how many cases there are, kept as they move: by what (dim: all, unit, next, closed, climb, reopen) and its value. A count that
-- has come down to 0 keeps its row; it is the same as none.
CREATE TABLE case_count (
  district {text} NOT NULL, party {text} NOT NULL, dim {text} NOT NULL, use {text} NOT NULL, is_open BIGINT NOT NULL, level BIGINT NOT NULL, value {text} NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (district, party, dim, use, is_open, level, value));
-- open cases that were due before ledger_head.lapsed, by what the overdue are counted by; no projection (caselapsed.go)
CREATE TABLE case_lapsed (
  district {text} NOT NULL, party {text} NOT NULL, dim {text} NOT NULL, use {text} NOT NULL, level BIGINT NOT NULL, value {text} NOT NULL, n BIGINT NOT NULL,
  PRIMARY KEY (district, party, dim, use, level, value));

CREATE TABLE message (
  district {text} NOT NULL, seq BIGINT NOT NULL, no BIGINT NOT NULL, post {text} NOT NULL, topic {text} NOT NULL, grp {text} NOT NULL, subject {text} NOT NULL,
  due {text} NOT NULL, urgent BIGINT NOT NULL, args {text} NOT NULL, at {text} NOT NULL, actor {text} NOT NULL, sender {text} NOT NULL,
  PRIMARY KEY (district, seq, no));
CREATE INDEX message_post ON message (district, post, seq, no);

-- no facts: may be lost without changing what happened
CREATE TABLE message_seen (
  district {text} NOT NULL, person {text} NOT NULL, seq BIGINT NOT NULL,
  PRIMARY KEY (district, person));
CREATE TABLE message_choice (
  district {text} NOT NULL, person {text} NOT NULL, body {text} NOT NULL,
  PRIMARY KEY (district, person));
CREATE TABLE outbox (
  district {text} NOT NULL, id {text} NOT NULL, channel {text} NOT NULL, target {text} NOT NULL, topic {text} NOT NULL, head {text} NOT NULL, body {text} NOT NULL,
  made_at {text} NOT NULL, state {text} NOT NULL, tries BIGINT NOT NULL, next_at {text} NOT NULL, lease_by {text} NOT NULL, lease_until {text} NOT NULL,
  done_at {text} NOT NULL, why {text} NOT NULL,
  PRIMARY KEY (district, id));
CREATE INDEX outbox_due ON outbox (district, made_at, id) WHERE state = 'waiting';
CREATE INDEX outbox_made ON outbox (district, made_at, id);
CREATE TABLE outbox_cursor (
  district {text} NOT NULL, who {text} NOT NULL, seq BIGINT NOT NULL, day {text} NOT NULL,
  PRIMARY KEY (district, who));
CREATE TABLE calendar_feed (
  district {text} NOT NULL, hash {text} NOT NULL, person {text} NOT NULL, label {text} NOT NULL, made_at {text} NOT NULL, seen_at {text} NOT NULL,
  PRIMARY KEY (district, hash));
CREATE INDEX calendar_feed_person ON calendar_feed (district, person);
CREATE TABLE credential (
  district {text} NOT NULL, person {text} NOT NULL, login {text} NOT NULL, hash {text} NOT NULL, fails BIGINT NOT NULL, locked_until {text} NOT NULL,
  changed_at {text} NOT NULL,
  PRIMARY KEY (district, person));
CREATE UNIQUE INDEX credential_login ON credential (district, login);
CREATE TABLE session (
  district {text} NOT NULL, token {text} NOT NULL, person {text} NOT NULL, post {text} NOT NULL, kind {text} NOT NULL, label {text} NOT NULL,
  created_at {text} NOT NULL, seen_at {text} NOT NULL, expires_at {text} NOT NULL,
  PRIMARY KEY (district, token));
CREATE TABLE draft (
  district {text} NOT NULL, person {text} NOT NULL, form {text} NOT NULL, body {text} NOT NULL, saved_at {text} NOT NULL,
  PRIMARY KEY (district, person, form));
CREATE TABLE vault_key (
  district {text} NOT NULL, owner {text} NOT NULL, wrapped {blob} NOT NULL,
  PRIMARY KEY (district, owner));
CREATE TABLE vault_item (
  district {text} NOT NULL, owner {text} NOT NULL, field {text} NOT NULL, sealed {blob} NOT NULL,
  PRIMARY KEY (district, owner, field));
CREATE TABLE setting (
  district {text} NOT NULL, name {text} NOT NULL, body {text} NOT NULL,
  PRIMARY KEY (district, name));
