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

-- no facts: may be lost without changing what happened
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
