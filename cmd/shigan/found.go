package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"shigan/app"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/vault"
)

var (
	errDistrict   = fault.New(fault.Invalid, "cli.bad-district")
	errSuite      = fault.New(fault.Invalid, "cli.bad-suite")
	errOtherSuite = fault.New(fault.Conflict, "cli.other-suite")
	errInstant    = fault.New(fault.Invalid, "cli.bad-instant")
)

func foundCommands() []command {
	return []command{{name: "init", flags: []string{"suite=", "practice-clock="}, run: initialise}}
}

var districtCode = regexp.MustCompile(`^[0-9]{6}([0-9]{6})?$`)

// founded is what `init` says.
type founded struct {
	District string `json:"district"`
	Suite    string `json:"suite"`
	Key      string `json:"key"` // to be published, so that others can check the district's log
	Data     string `json:"data"`
	Existed  bool   `json:"existed"`
}

// initialise founds a district: its log with a key of its own, and the master key of the vault.
func initialise(c *call) error {
	district := c.text("district")
	if district == "" {
		district = defaultDistrict
	}
	if !districtCode.MatchString(district) {
		return errDistrict.With("district", district)
	}
	suite, err := ledger.SuiteNamed(cmpOr(c.text("suite"), ledger.SHA256.Name))
	if err != nil {
		return errSuite.With("suite", c.text("suite"))
	}
	s, err := c.openStore(true)
	if err != nil {
		return err
	}
	key, err := c.masterKey(true)
	if err != nil {
		return err
	}
	head, vkey, _, err := s.In(c.ctx, district).Log()
	existed := err == nil
	if f, ok := fault.Of(err); !existed && (!ok || f.Kind != fault.NotFound) {
		return err
	}
	if existed && head.Suite.Name != suite.Name && c.text("suite") != "" {
		return errOtherSuite.With("district", district, "have", head.Suite.Name)
	}
	if !existed {
		if err := app.Found(c.ctx, s, district, suite, vault.New(key)); err != nil {
			return err
		}
		if head, vkey, _, err = s.In(c.ctx, district).Log(); err != nil {
			return err
		}
	}
	if text := c.text("practice-clock"); text != "" {
		shows, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return errInstant.With("text", text)
		}
		if err := app.StartPracticeClock(c.ctx, s, district, shows, time.Now()); err != nil {
			return err
		}
	}
	out := founded{district, head.Suite.Name, vkey, c.database(), existed}
	return c.give(out, func() {
		if existed {
			c.say("cli.init.existed", "district", district, "suite", out.Suite)
		} else {
			c.say("cli.init.done", "district", district, "suite", out.Suite, "data", out.Data)
		}
		c.say("cli.init.key", "key", vkey)
		if c.getenv("SHIGAN_MASTER_KEY") == "" {
			c.say("cli.init.master", "file", filepath.Join(c.dataDir(), "master.key"))
		}
		if !existed {
			c.say("cli.init.next")
		}
	})
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// maxInput bounds what is read from standard input and from files that a command line names.
const maxInput = 256 << 20

var errTooMuch = fault.New(fault.TooLarge, "cli.input-too-large")

func readAll(r io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err == nil && len(raw) > maxInput {
		err = errTooMuch.With("most", maxInput)
	}
	return raw, err
}

// writeOut writes a result to a file, or to standard output where none is named.
func (c *call) writeOut(file string, raw []byte) error {
	if file == "" || file == "-" {
		_, err := c.out.Write(raw)
		return err
	}
	if err := os.WriteFile(file, raw, 0o644); err != nil {
		why := err
		if pe := (*os.PathError)(nil); errors.As(err, &pe) {
			why = pe.Err
		}
		return errOutFile.With("file", file, "why", why.Error())
	}
	return nil
}
