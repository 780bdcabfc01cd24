package schedule

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"path"
	"slices"

	"shigan/engine/curve"
	"shigan/kernel/rules"

	"github.com/goccy/go-yaml"
)

// Assumed 推算的假定 is what forecasts take as given until the ledger knows better: a pack of kind forecast.
type Assumed struct {
	Classes map[string]prior `yaml:"classes"` // by cause
	Project prior            `yaml:"project"` // a project as a whole
	Shares  struct {
		Project float64 `yaml:"project"`
		Cause   float64 `yaml:"cause"`
	} `yaml:"shares"`
	Kappa   float64  `yaml:"kappa"`
	Honesty struct { // of the reports of one unit
		Nu     float64 `yaml:"nu"`     // pieces of work that kappa is worth
		Lambda float64 `yaml:"lambda"` // … and that no bias is worth
		Few    int     `yaml:"few"`    // pieces under which it is said that nothing can be said yet
	} `yaml:"honesty"`
	Blocker struct {
		K     float64 `yaml:"k"`
		Days  float64 `yaml:"days"`
		KMost float64 `yaml:"k_most"` // the largest k that is learned
		Worth float64 `yaml:"worth"`  // problems that this is worth against the ledger's own
	} `yaml:"blocker"`
	Climb       float64  `yaml:"climb"`
	ClimbSpread float64  `yaml:"climb_spread"` // standard deviation of its logarithm
	Future      struct { // problems that have not come up yet
		Rate   float64 `yaml:"rate"`   // per month of a project under way; 0: none are drawn, whatever the ledger says
		Months float64 `yaml:"months"` // project-months that the rate is worth
		Impact float64 `yaml:"impact"` // share of a problem's life by which work moves
	} `yaml:"future"`
	Shift   float64     `yaml:"shift"`
	Overlap float64     `yaml:"overlap"`
	Soon    int         `yaml:"soon"`
	Season  [12]float64 `yaml:"season"`
	Year    struct {
		OfPlan float64 `yaml:"of_plan"`
		Sigma  float64 `yaml:"sigma"`
		Weight float64 `yaml:"weight"`
	} `yaml:"year"`
	Start struct {
		A float64 `yaml:"a"`
		B float64 `yaml:"b"`
	} `yaml:"start"`
	Rate struct {
		A float64 `yaml:"a"`
		B float64 `yaml:"b"`
	} `yaml:"rate"`
	Spend struct { // the curve of money over a project's life, beta
		A float64 `yaml:"a"`
		B float64 `yaml:"b"`
	} `yaml:"spend"`
	Pool struct { // of a network and the money: shares of the trials, and scored promises from which on they are learned
		Network float64 `yaml:"network"`
		Pace    float64 `yaml:"pace"`
		Enough  int     `yaml:"enough"`
	} `yaml:"pool"`
	Recalibrate struct { // by the record of each horizon
		Edges    []float64 `yaml:"edges"`    // of the chances that are judged together, rising
		Worth    float64   `yaml:"worth"`    // cases that the forecast's own word is worth
		Least    int       `yaml:"least"`    // promises under which nothing is changed
		Common   float64   `yaml:"common"`   // share of variance that promises of one month have in common
		Halflife float64   `yaml:"halflife"` // months
	} `yaml:"recalibrate"`
	Fits   float64 `yaml:"fits"`
	Few    int     `yaml:"few"`
	Differ int     `yaml:"disagree"` // days
	Slips  float64 `yaml:"slips"`
	Pulls  int64   `yaml:"pulls"` // yuan
	Worse  float64 `yaml:"worse"`
	Groups int     `yaml:"groups"`
	Trials struct {
		Shown int `yaml:"shown"`
		Kept  int `yaml:"kept"`
	} `yaml:"trials"`

	Pack  *rules.Pack   `yaml:"-"`
	Sum   string        `yaml:"-"` // digest of the file
	Tests []assumedTest `yaml:"-"`
}

type prior struct {
	Mean  float64 `yaml:"mean"`
	S2    float64 `yaml:"s2"`
	Tau2  float64 `yaml:"tau2"`
	Nu    float64 `yaml:"nu"`
	Tau   float64 `yaml:"tau"`
	Shape int     `yaml:"shape"`
}

func (p prior) curve() curve.Prior {
	return curve.Prior{Mean: p.Mean, S2: p.S2, Tau2: p.Tau2, Nu: p.Nu, Tau: p.Tau, Shape: p.Shape}
}

func (p prior) ok() bool {
	return p.S2 > 0 && p.Tau2 > 0 && p.Nu > 0 && p.Tau > 0 && math.Abs(p.Mean) < 5
}

type assumedTest struct {
	Name   string  `yaml:"name"`
	Class  string  `yaml:"class"` // a cause; "": a project
	Days   float64 `yaml:"days"`
	P      float64 `yaml:"p"`
	Expect float64 `yaml:"expect"` // days, within half a day
	Source string  `yaml:"source"`
}

// LoadAssumed reads the packs of kind forecast and takes the one of the district's own place, or else the most general. A pack
// that fails a test of its own is refused.
func LoadAssumed(fsys fs.FS, place string) (*Assumed, error) {
	var best *Assumed
	err := rules.OfKind(fsys, "forecast", func(head *rules.Pack) error {
		a := &Assumed{Pack: head}
		raw, err := decode(fsys, head.Name, "forecast.yaml", a)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(raw)
		a.Sum = hex.EncodeToString(sum[:])
		if _, err := decode(fsys, head.Name, "tests.yaml", &a.Tests); err != nil {
			return err
		}
		if err := a.check(); err != nil {
			return ErrPack.With("pack", head.Name, "file", "forecast.yaml", "why", err.Error())
		}
		if err := a.test(); err != nil {
			return err
		}
		if head.Place == place || best == nil && head.Place == "" {
			best = a
		}
		return nil
	})
	if err == nil && best == nil {
		err = ErrNoPack
	}
	return best, err
}

func decode(fsys fs.FS, pack, file string, into any) ([]byte, error) {
	raw, err := fs.ReadFile(fsys, path.Join(pack, file))
	if err == nil {
		if err = yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict()).Decode(into); err != nil {
			err = errors.New(yaml.FormatError(err, false, true))
		}
	}
	if err != nil {
		return nil, ErrPack.With("pack", pack, "file", file, "why", err.Error())
	}
	return raw, nil
}

func (a *Assumed) check() error {
	for _, c := range Causes {
		if !a.Classes[c].ok() {
			return fmt.Errorf("classes: %s", c)
		}
	}
	if len(a.Classes) != len(Causes) {
		return fmt.Errorf("classes: %v", slices.Sorted(maps.Keys(a.Classes)))
	}
	season := 0.0
	for _, w := range a.Season {
		season += w
	}
	for name, ok := range map[string]bool{
		"project": a.Project.ok(), "shares": a.Shares.Project > 0 && a.Shares.Cause > 0 && a.Shares.Project+a.Shares.Cause < 1, "kappa": a.Kappa > 0, "honesty": a.Honesty.Nu > 0 && a.Honesty.Lambda > 0 && a.Honesty.Few > 0,
		"blocker": a.Blocker.K > 0 && a.Blocker.Days > 0 && a.Blocker.Worth > 0 && a.Blocker.KMost >= a.Blocker.K, "climb": a.Climb >= 1 && a.ClimbSpread > 0,
		"future": a.Future.Rate >= 0 && a.Future.Months > 0 && a.Future.Impact >= 0 && a.Future.Impact <= 1, "shift": a.Shift > 0 && a.Shift < 100, "overlap": a.Overlap > 0 && a.Overlap <= 100,
		"soon": a.Soon > 0, "season": season > 0, "year": a.Year.OfPlan > 0 && a.Year.Sigma > 0 && a.Year.Weight > 0, "start": a.Start.A > 0 && a.Start.B > 0,
		"rate": a.Rate.A > 0 && a.Rate.B > 0, "spend": a.Spend.A > 0 && a.Spend.B > 0,
		"pool":        a.Pool.Network > 0 && a.Pool.Pace >= 0 && math.Abs(a.Pool.Network+a.Pool.Pace-1) < 1e-9 && a.Pool.Enough > 0,
		"recalibrate": rising(a.Recalibrate.Edges) && a.Recalibrate.Worth > 0 && a.Recalibrate.Least > 0 && a.Recalibrate.Common >= 0 && a.Recalibrate.Common < 1 && a.Recalibrate.Halflife > 0, "fits": a.Fits > 0 && a.Fits <= 1, "few": a.Few > 0, "disagree": a.Differ > 0, "slips": a.Slips > 0 && a.Slips < 1,
		"pulls": a.Pulls > 0, "worse": a.Worse > 0 && a.Worse < 1, "groups": a.Groups > 0 && a.Groups <= 7, "trials": a.Trials.Shown >= 64 && a.Trials.Kept >= a.Trials.Shown,
	} {
		if !ok {
			return errors.New(name)
		}
	}
	return nil
}

// rising tells chances that rise, none of them 0 or 1.
func rising(x []float64) bool {
	last := 0.0
	for _, v := range x {
		if v <= last || v >= 1 {
			return false
		}
		last = v
	}
	return len(x) > 0 && len(x) <= 100
}

func (a *Assumed) test() error {
	for _, t := range a.Tests {
		p := a.Project
		if t.Class != "" {
			p = a.Classes[t.Class]
		}
		if got := t.Days * p.curve().Outlook().Ratio(t.P); math.Abs(got-t.Expect) > 0.5 {
			return ErrTested.With("pack", a.Pack.Name, "test", t.Name, "why", fmt.Sprintf("%.1f", got))
		}
	}
	return nil
}

// Template 样板 is a usual network to start from: a pack of kind network.
type Template struct {
	Goal  string `yaml:"goal"`
	Steps []struct {
		ID        string  `yaml:"id"`
		Zh        string  `yaml:"zh"`
		En        string  `yaml:"en"`
		Days      float64 `yaml:"days"`
		After     string  `yaml:"after"`
		Calendar  string  `yaml:"calendar"`
		Cause     string  `yaml:"cause"`
		Milestone string  `yaml:"milestone"`
	} `yaml:"steps"`
	Pack  *rules.Pack `yaml:"-"`
	Table []Step      `yaml:"-"`
}

// LoadTemplates reads all packs of kind network, in the order of their names. One that cannot be read does not hide the others.
func LoadTemplates(fsys fs.FS) ([]Template, error) {
	var out []Template
	var bad []error
	err := rules.OfKind(fsys, "network", func(head *rules.Pack) error {
		t := Template{Pack: head}
		if _, err := decode(fsys, head.Name, "network.yaml", &t); err != nil {
			bad = append(bad, err)
			return nil
		}
		for _, s := range t.Steps {
			after, err := ParseAfter(s.After)
			if err != nil {
				bad = append(bad, ErrPack.With("pack", head.Name, "file", "network.yaml", "why", err.Error()))
				return nil
			}
			x := Step{ID: s.ID, Days: s.Days, After: after, Calendar: s.Calendar, Cause: s.Cause, Milestone: s.Milestone}
			x.Name.Zh, x.Name.En = s.Zh, s.En
			t.Table = append(t.Table, x)
		}
		steps, err := Tidy(t.Table)
		if err != nil {
			bad = append(bad, ErrPack.With("pack", head.Name, "file", "network.yaml", "why", err.Error()))
			return nil
		}
		t.Table = steps
		out = append(out, t)
		return nil
	})
	slices.SortFunc(out, func(a, b Template) int { return bytes.Compare([]byte(a.Pack.Name), []byte(b.Pack.Name)) })
	return out, errors.Join(append(bad, err)...)
}
