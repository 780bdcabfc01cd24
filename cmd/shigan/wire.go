package main

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"shigan/adapter/store"
	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/fault"
	"shigan/kernel/rules"
	"shigan/kernel/vault"
)

// defaultDistrict is 即墨区, the district that this house was built for.
const defaultDistrict = "370215"

var (
	errNoData  = fault.New(fault.NotFound, "cli.no-data")
	errNoKey   = fault.New(fault.NotFound, "cli.no-key")
	errBadKey  = fault.New(fault.Invalid, "cli.bad-key")
	errWho     = fault.New(fault.Unsigned, "cli.who")
	errWhich   = fault.New(fault.Invalid, "cli.which-district")
	errNoFile  = fault.New(fault.NotFound, "cli.no-file")
	errOutFile = fault.New(fault.Unavailable, "cli.cannot-write")
)

// dataDir is the folder of the SQLite file and of the master key.
func (c *call) dataDir() string {
	if d := c.text("data"); d != "" {
		return d
	}
	if d := c.getenv("SHIGAN_DATA"); d != "" {
		return d
	}
	return "shigan-data"
}

// database is where the data lie: postgres://… or the folder.
func (c *call) database() string {
	if db := c.text("db"); db != "" {
		return db
	}
	if db := c.getenv("SHIGAN_DB"); db != "" && c.text("data") == "" {
		return db
	}
	return c.dataDir()
}

func isServer(db string) bool { return strings.Contains(db, "://") }

// masterKey reads the key of the vault; only the first set-up may make one.
func (c *call) masterKey(make bool) ([]byte, error) {
	if text := c.getenv("SHIGAN_MASTER_KEY"); text != "" {
		key, err := hex.DecodeString(strings.TrimSpace(text))
		if err != nil || len(key) != 32 {
			return nil, errBadKey
		}
		return key, nil
	}
	file := filepath.Join(c.dataDir(), "master.key")
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) && !make {
		return nil, errNoKey.With("file", file)
	}
	return vault.MasterKey(file)
}

// openStore opens the database. A folder is made by the first set-up only, so that a slip of the pen makes no empty district.
func (c *call) openStore(make bool) (*store.Store, error) {
	where := c.database()
	if !isServer(where) && !make {
		if _, err := os.Stat(filepath.Join(where, "shigan.db")); err != nil {
			return nil, errNoData.With("data", where)
		}
	}
	s, err := store.Open(c.ctx, where)
	if err != nil {
		return nil, err
	}
	c.closers = append(c.closers, func() { s.Close() })
	return s, nil
}

// district is the one that was named, or the only one there is.
func (c *call) district(s *store.Store) (string, error) {
	if d := c.text("district"); d != "" {
		return d, nil
	}
	all, err := s.Districts(c.ctx)
	switch {
	case err != nil:
		return "", err
	case len(all) == 1:
		return all[0], nil
	case len(all) > 1:
		return "", errWhich.With("districts", all)
	}
	return "", errNoData.With("data", c.database())
}

// library is the rule packs that come with the program, or those of a folder (--packs).
func (c *call) library() (*rules.Library, error) {
	v, err := app.Vocabulary()
	if err != nil {
		return nil, err
	}
	from, err := c.packFS()
	if err != nil {
		return nil, err
	}
	return rules.Load(from, v)
}

// desks is the desks that come with the program, or those of a folder (--packs).
func (c *call) desks() (*casework.Library, error) {
	from, err := c.packFS()
	if err != nil {
		return nil, err
	}
	return casework.Load(from)
}

// office opens the district that the command speaks of.
func (c *call) office() (*app.Office, error) {
	s, err := c.openStore(false)
	if err != nil {
		return nil, err
	}
	district, err := c.district(s)
	if err != nil {
		return nil, err
	}
	key, err := c.masterKey(false)
	if err != nil {
		return nil, err
	}
	lib, err := c.library()
	if err != nil {
		return nil, err
	}
	clock, _, err := app.ClockOf(c.ctx, s, district, time.Now)
	if err != nil {
		return nil, err
	}
	o, err := app.Open(c.ctx, s, district, lib, vault.New(key), clock)
	if err != nil {
		return nil, err
	}
	c.closers = append(c.closers, o.Close)
	if o.Desks, err = c.desks(); err != nil {
		return nil, err
	}
	if o.Rhythms, err = c.rhythms(); err != nil {
		return nil, err
	}
	if err := c.forecasts(o); err != nil {
		return nil, err
	}
	return o, c.messages(o)
}

// reader opens a district for looking only: neither key nor rules are needed, as for checking the ledger.
func (c *call) reader() (*store.Store, app.Reader, string, error) {
	s, err := c.openStore(false)
	if err != nil {
		return nil, nil, "", err
	}
	district, err := c.district(s)
	if err != nil {
		return nil, nil, "", err
	}
	return s, s.In(c.ctx, district), district, nil
}

// signer is who acts: the holder of the post behind --as; without it the first set-up, as long as nobody has signed in.
func (c *call) signer(o *app.Office) (org.Signer, error) {
	if post := c.text("as"); post != "" {
		return o.SignerOf(c.ctx, post)
	}
	open, err := o.SetUpOpen(c.ctx)
	if err != nil {
		return org.Signer{}, err
	}
	if !open {
		return org.Signer{}, errWho
	}
	return org.FirstSetUp, nil
}

// acting opens the office and says who acts.
func (c *call) acting() (*app.Office, org.Signer, error) {
	o, err := c.office()
	if err != nil {
		return nil, org.Signer{}, err
	}
	by, err := c.signer(o)
	return o, by, err
}

// reading opens the office for somebody who may read.
func (c *call) reading(deed string) (*app.Office, org.Signer, error) {
	o, by, err := c.acting()
	if err == nil {
		err = org.May(o.Read(c.ctx), by, deed, org.Scope{})
	}
	return o, by, err
}

// readFile reads a file that the command line names; "-" is standard input.
func (c *call) readFile(name string) ([]byte, error) {
	if name == "-" {
		return readAll(c.in)
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, errNoFile.With("file", name)
	}
	return raw, nil
}
