package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"shigan/app"
	"shigan/app/demo"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/vault"
)

var errDemoData = fault.New(fault.Conflict, "cli.demo-data")

// runDemo seeds the sample district, once, and serves it. A seed that was interrupted leaves nothing: it is made in a folder
// beside and moved into place when it is whole.
func runDemo(c *call) error {
	if c.text("data") == "" && c.getenv("SHIGAN_DATA") == "" {
		c.values["data"] = []string{"demo-data"}
	}
	c.values["district"] = []string{demo.District}
	there, err := c.demoThere()
	if err != nil {
		return err
	}
	if there {
		c.say("cli.demo.there", "data", c.database())
	} else if err := c.seedDemo(); err != nil {
		return err
	}
	if err := c.wakeDemo(); err != nil {
		return err
	}
	if c.has("no-serve") {
		c.demoAccounts("")
		return nil
	}
	if err := c.logToFile(); err != nil {
		return err
	}
	o, err := c.office()
	if err != nil {
		return err
	}
	return c.serveOffice(o, cmpOr(c.text("addr"), ":8080"), c.demoAccounts)
}

// logToFile keeps the demo's terminal for its address and accounts.
func (c *call) logToFile() error {
	name := filepath.Join(c.dataDir(), "demo.log")
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return errOutFile.With("file", name, "why", "open")
	}
	c.closers, c.logTo = append(c.closers, func() { f.Close() }), f
	return nil
}

// demoThere tells whether a demo lies there already; other people's data are refused.
func (c *call) demoThere() (bool, error) {
	where := c.database()
	if !isServer(where) {
		if _, err := os.Stat(filepath.Join(where, "shigan.db")); err != nil {
			return false, nil
		}
	}
	s, err := c.openStore(isServer(where))
	if err != nil {
		return false, err
	}
	if _, _, _, err := s.In(c.ctx, demo.District).Log(); err != nil {
		if f, ok := fault.Of(err); ok && f.Kind == fault.NotFound {
			return false, nil
		}
		return false, err
	}
	mark, err := s.In(c.ctx, demo.District).Setting(settingDemo)
	if err == nil && mark == "" {
		err = errDemoData.With("data", where)
	}
	return err == nil, err
}

// settingDemo marks a district that was seeded to the end.
const settingDemo = "demo/seeded"

func (c *call) seedDemo() error {
	where, data := c.database(), c.dataDir()
	fresh := data + ".new"
	if !isServer(where) {
		if err := os.RemoveAll(fresh); err != nil {
			return errOutFile.With("file", fresh, "why", "remove")
		}
		c.values["data"] = []string{fresh}
	}
	err := c.seed()
	c.values["data"] = []string{data}
	if err != nil || isServer(where) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(data)), 0o755); err != nil {
		return errOutFile.With("file", data, "why", "mkdir")
	}
	os.Remove(data) // an empty folder that somebody made beforehand
	if err := os.Rename(fresh, data); err != nil {
		return errOutFile.With("file", data, "why", "rename")
	}
	return nil
}

func (c *call) seed() error {
	s, err := c.openStore(true)
	if err != nil {
		return err
	}
	defer s.Close()
	key, err := c.masterKey(true)
	if err != nil {
		return err
	}
	lib, err := c.library()
	if err != nil {
		return err
	}
	v, clock := vault.New(key), demo.NewClock()
	if err := app.Found(c.ctx, s, demo.District, ledger.SHA256, v); err != nil {
		return err
	}
	if err := app.StartPracticeClock(c.ctx, s, demo.District, demo.Today, time.Now()); err != nil {
		return err
	}
	o, err := app.Open(c.ctx, s, demo.District, lib, v, clock.Now)
	if err != nil {
		return err
	}
	defer o.Close()
	if o.Desks, err = c.desks(); err != nil {
		return err
	}
	if o.Rhythms, err = c.rhythms(); err != nil {
		return err
	}
	if err := c.messages(o); err != nil {
		return err
	}
	if err := c.forecasts(o); err != nil {
		return err
	}
	began := time.Now()
	step := ""
	if err := demo.Seed(c.ctx, o, clock, func(name string, done, of int) {
		if name != step {
			step = name
			c.say("cli.demo.step", "step", c.word(name))
		}
	}); err != nil {
		return err
	}
	c.say("cli.demo.seeded", "seconds", fmt.Sprintf("%.0f", time.Since(began).Seconds()))
	return o.Read(c.ctx).PutSetting(settingDemo, demo.Today.Format(time.RFC3339))
}

// wakeDemo lets the demo's clock run on from its own day, however long ago it was seeded; not behind what was recorded since.
func (c *call) wakeDemo() error {
	s, err := c.openStore(false)
	if err != nil {
		return err
	}
	shows := demo.Today
	last, err := s.In(c.ctx, demo.District).Recent(0, 1)
	if err != nil {
		return err
	}
	if len(last) > 0 {
		if at, err := time.Parse(ledger.TimeLayout, last[0].RecordedAt); err == nil && !at.Before(shows) {
			shows = at.Add(time.Second)
		}
	}
	return app.StartPracticeClock(c.ctx, s, demo.District, shows, time.Now())
}

// demoAccounts says where the demo answers and who can sign in.
func (c *call) demoAccounts(address string) {
	if address != "" {
		fmt.Fprintln(c.out)
		c.say("cli.demo.address", "url", localURL(address), "log", filepath.Join(c.dataDir(), "demo.log"))
	}
	c.say("cli.demo.accounts")
	var rows [][]string
	for _, a := range demo.Accounts() {
		rows = append(rows, []string{"  " + a.Login, a.Password, a.PostName.In(c.lang), c.word(a.Can)})
	}
	c.table(rows)
}
