package store

import (
	"database/sql"
	"errors"

	"shigan/app"
)

// CredentialOf finds a credential by login name.
func (d *District) CredentialOf(login string) (app.Credential, bool, error) {
	var c app.Credential
	err := d.q.QueryRowContext(d.ctx, `SELECT person, login, hash, fails, locked_until, changed_at FROM credential WHERE district = $1 AND login = $2`, d.Code, login).
		Scan(&c.Person, &c.Login, &c.Hash, &c.Fails, &c.LockedUntil, &c.ChangedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	return c, err == nil, friendly(err)
}

// Credentials lists all, without hashes.
func (d *District) Credentials() ([]app.Credential, error) {
	rows, err := d.q.QueryContext(d.ctx, `SELECT person, login, fails, locked_until, changed_at FROM credential WHERE district = $1 ORDER BY login`, d.Code)
	return scanAll(rows, err, func(r *sql.Rows) (c app.Credential, err error) {
		err = r.Scan(&c.Person, &c.Login, &c.Fails, &c.LockedUntil, &c.ChangedAt)
		return
	})
}

// PutCredential writes a credential.
func (d *District) PutCredential(c app.Credential) error {
	_, err := d.s.one.ExecContext(d.ctx, `INSERT INTO credential (district, person, login, hash, fails, locked_until, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (district, person) DO UPDATE SET login = excluded.login, hash = excluded.hash, fails = excluded.fails, locked_until = excluded.locked_until, changed_at = excluded.changed_at`,
		d.Code, c.Person, c.Login, c.Hash, c.Fails, c.LockedUntil, c.ChangedAt)
	return friendly(err)
}

func (d *District) SessionOf(token string) (app.Session, bool, error) {
	s := app.Session{Token: token}
	err := d.q.QueryRowContext(d.ctx, `SELECT person, post, kind, label, created_at, seen_at, expires_at FROM session WHERE district = $1 AND token = $2`, d.Code, token).
		Scan(&s.Person, &s.Post, &s.Kind, &s.Label, &s.CreatedAt, &s.SeenAt, &s.ExpiresAt)
	if errors.Is(err, sql.ErrNoRows) {
		return s, false, nil
	}
	return s, err == nil, friendly(err)
}

// Sessions of a person of a kind ("web", "token"), newest first.
func (d *District) Sessions(person, kind string) ([]app.Session, error) {
	rows, err := d.q.QueryContext(d.ctx, `SELECT token, person, post, kind, label, created_at, seen_at, expires_at FROM session WHERE district = $1 AND person = $2 AND kind = $3 ORDER BY created_at DESC`, d.Code, person, kind)
	return scanAll(rows, err, func(r *sql.Rows) (s app.Session, err error) {
		err = r.Scan(&s.Token, &s.Person, &s.Post, &s.Kind, &s.Label, &s.CreatedAt, &s.SeenAt, &s.ExpiresAt)
		return
	})
}

func (d *District) PutSession(s app.Session) error {
	_, err := d.s.one.ExecContext(d.ctx, `INSERT INTO session (district, token, person, post, kind, label, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (district, token) DO UPDATE SET post = excluded.post, seen_at = excluded.seen_at, expires_at = excluded.expires_at`,
		d.Code, s.Token, s.Person, s.Post, s.Kind, storable(s.Label), s.CreatedAt, s.SeenAt, s.ExpiresAt)
	return friendly(err)
}

// EndSession ends one; EndSessions all of a person, and those that have run out.
func (d *District) EndSession(token string) error {
	_, err := d.s.one.ExecContext(d.ctx, `DELETE FROM session WHERE district = $1 AND token = $2`, d.Code, token)
	return friendly(err)
}

func (d *District) EndSessions(person, now string) error {
	_, err := d.s.one.ExecContext(d.ctx, `DELETE FROM session WHERE district = $1 AND (person = $2 OR expires_at < $3)`, d.Code, person, now)
	return friendly(err)
}

// Draft 草稿 of a form.
func (d *District) Draft(person, form string) (body, savedAt string, err error) {
	err = d.q.QueryRowContext(d.ctx, `SELECT body, saved_at FROM draft WHERE district = $1 AND person = $2 AND form = $3`, d.Code, person, form).Scan(&body, &savedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", nil
	}
	return body, savedAt, friendly(err)
}

// PutDraft saves a draft; an empty body removes it.
func (d *District) PutDraft(person, form, body, at string) error {
	if body == "" {
		_, err := d.s.one.ExecContext(d.ctx, `DELETE FROM draft WHERE district = $1 AND person = $2 AND form = $3`, d.Code, person, form)
		return friendly(err)
	}
	_, err := d.s.one.ExecContext(d.ctx, `INSERT INTO draft (district, person, form, body, saved_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (district, person, form) DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at`, d.Code, person, form, storable(body), at)
	return friendly(err)
}

// Setting and PutSetting keep what is remembered but is no fact: column mappings, saved views.
func (d *District) Setting(name string) (string, error) {
	var s string
	err := d.q.QueryRowContext(d.ctx, `SELECT body FROM setting WHERE district = $1 AND name = $2`, d.Code, name).Scan(&s)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return s, friendly(err)
}

func (d *District) PutSetting(name, body string) error {
	_, err := d.s.one.ExecContext(d.ctx, `INSERT INTO setting (district, name, body) VALUES ($1, $2, $3) ON CONFLICT (district, name) DO UPDATE SET body = excluded.body`, d.Code, name, storable(body))
	return friendly(err)
}

// WrappedKey and PutWrappedKey, SealedItem and PutSealedItem are the vault's shelves; Erase destroys an owner's key and items.
func (d *District) WrappedKey(owner string) ([]byte, error) {
	return d.sealed(`SELECT wrapped FROM vault_key WHERE district = $1 AND owner = $2`, d.Code, owner)
}

func (d *District) SealedItem(owner, field string) ([]byte, error) {
	return d.sealed(`SELECT sealed FROM vault_item WHERE district = $1 AND owner = $2 AND field = $3`, d.Code, owner, field)
}

func (d *District) sealed(q string, args ...any) ([]byte, error) {
	var b []byte
	err := d.q.QueryRowContext(d.ctx, q, args...).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return b, friendly(err)
}

func (d *District) PutWrappedKey(owner string, wrapped []byte) error {
	_, err := d.s.one.ExecContext(d.ctx, `INSERT INTO vault_key (district, owner, wrapped) VALUES ($1, $2, $3) ON CONFLICT (district, owner) DO NOTHING`, d.Code, owner, wrapped)
	return friendly(err)
}

func (d *District) PutSealedItem(owner, field string, sealed []byte) error {
	_, err := d.s.one.ExecContext(d.ctx, `INSERT INTO vault_item (district, owner, field, sealed) VALUES ($1, $2, $3, $4) ON CONFLICT (district, owner, field) DO UPDATE SET sealed = excluded.sealed`, d.Code, owner, field, sealed)
	return friendly(err)
}

func (d *District) Erase(owner string) error {
	for _, q := range []string{`DELETE FROM vault_item WHERE district = $1 AND owner = $2`, `DELETE FROM vault_key WHERE district = $1 AND owner = $2`} {
		if _, err := d.s.one.ExecContext(d.ctx, q, d.Code, owner); err != nil {
			return friendly(err)
		}
	}
	return nil
}
