package casework

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"shigan/kernel/fault"
	"shigan/kernel/rules"
	"shigan/packs"
)

// copyOf a shipped desk, to be spoilt.
func copyOf(t *testing.T, name string) *Desk {
	t.Helper()
	lib, err := Load(packs.FS())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(lib.Desks[name])
	if err != nil {
		t.Fatal(err)
	}
	var d Desk
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	return &d
}

func (d *Desk) at(move string) *Move {
	return &d.Moves[slices.IndexFunc(d.Moves, func(m Move) bool { return m.Name == move })]
}

func TestLoadingRefusesADeskThatTrapsLosesOrClosesBehindTheRaiser(t *testing.T) {
	for what, tc := range map[string]struct {
		spoil func(d *Desk)
		path  string // that the refusal names
	}{
		"a state that can't be left": {func(d *Desk) {
			d.States = append(d.States, State{Name: "limbo"})
			d.States[len(d.States)-1].Zh, d.States[len(d.States)-1].En = "x", "x"
			m := Move{Name: "drift", From: []string{"raised"}, To: "limbo", Who: []Actor{Keeper}}
			m.Zh, m.En = "x", "x"
			d.Moves = append(d.Moves, m)
		}, "raised —drift→ limbo —"},
		"a state that goes round for ever": {func(d *Desk) {
			for _, n := range []string{"limbo", "limbo2"} {
				d.States = append(d.States, State{Name: n})
				d.States[len(d.States)-1].Zh, d.States[len(d.States)-1].En = "x", "x"
			}
			to := func(name, from, dest string) {
				m := Move{Name: name, From: []string{from}, To: dest, Who: []Actor{Keeper}}
				m.Zh, m.En = "x", "x"
				d.Moves = append(d.Moves, m)
			}
			to("in", "raised", "limbo")
			to("there", "limbo", "limbo2")
			to("back", "limbo2", "limbo")
		}, "raised —in→ limbo → limbo2"},
		"a move to nowhere": {func(d *Desk) { d.at("assign").To = "gone" }, "accepted —assign→ gone"},
		"a state that nothing leads to": {func(d *Desk) {
			d.States = append(d.States, State{Name: "island"})
			d.States[len(d.States)-1].Zh, d.States[len(d.States)-1].En = "x", "x"
		}, "→ island"},
		"a handler who closes": {func(d *Desk) {
			m := d.at("answer")
			m.To = "closed"
		}, "handling —answer→ closed"},
		"a second signature without a reason told": {func(d *Desk) { d.at("sign").From = append(d.at("sign").From, "handling") }, "handling —sign→ closed"},
		"a reason that is not told": {func(d *Desk) {
			d.at("explain").Tells = false
		}, "handling —explain→ told —sign→ closed"},
		"an end that others leave": {func(d *Desk) { d.at("accept").From = append(d.at("accept").From, "closed") }, "closed —accept→ accepted"},
	} {
		t.Run(what, func(t *testing.T) {
			d := copyOf(t, "china/problem")
			if err := Check(d); err != nil {
				t.Fatalf("the shipped desk: %v", err)
			}
			tc.spoil(d)
			f, ok := fault.Of(Check(d))
			if !ok || f.Code != ErrPath.Code || !strings.Contains(f.Args["path"].(string), tc.path) {
				t.Errorf("said %v, should name %s", f, tc.path)
			}
		})
	}
	for what, spoil := range map[string]func(d *Desk){
		"an unknown actor":                       func(d *Desk) { d.at("accept").Who = []Actor{"boss"} },
		"an unknown role":                        func(d *Desk) { d.at("accept").Who = []Actor{"role:king"} },
		"an officer who handles matters":         func(d *Desk) { d.Keepers = []string{"audit"} },
		"a seat that the ladder does not have":   func(d *Desk) { d.at("settle").Who = []Actor{"seat:9"} },
		"somebody else who confirms":             func(d *Desk) { d.at("confirm").Who = []Actor{Raiser, Keeper} },
		"a confirmation by the head of the unit": func(d *Desk) { d.at("confirm").Who = []Actor{"role:leader"} },
		"an unknown clock":                       func(d *Desk) { d.at("accept").Starts = []string{"sundial"} },
		"a reopening that starts no clock":       func(d *Desk) { d.at("object").Starts = nil },
		"a reopening without the level's clock":  func(d *Desk) { d.at("object").Starts = []string{"handle"} },
		"a return without a reason":              func(d *Desk) { d.at("return").Requires.Reason = false },
		"a second return that nobody settles":    func(d *Desk) { d.at("return").Again = "" },
		"a level without a limit":                func(d *Desk) { d.Ladder[1].Limit = nil },
		"a level where nobody is named":          func(d *Desk) { d.Ladder[1].Rung = "" },
		"a handler who approves his extension":   func(d *Desk) { d.Extend.Who = []Actor{Handler} },
		"an extension in another measure":        func(d *Desk) { d.Extend.Most = "5 days" },
		"a handler who suspends himself":         func(d *Desk) { d.Stops[0].Who = []Actor{Handler} },
		"a suspension without a review":          func(d *Desk) { d.Stops[0].Review = "" },
		"a stop without a source":                func(d *Desk) { d.Stops[0].Source = "" },
		"an outcome that counts in no rate":      func(d *Desk) { d.Outcomes[0].Rate = "good" },
		"a limit that can't be read": func(d *Desk) {
			d.Clocks[0].Limits = ByKind{AnyKind: Dated{"2021-01-01": {Value: "soon", Source: "x", Checked: "x"}}}
		},
		"a limit without a source":     func(d *Desk) { d.Clocks[0].Limits = ByKind{AnyKind: Dated{"2021-01-01": {Value: "5 days"}}} },
		"hours that can't be read":     func(d *Desk) { d.Hours = "9 to 5" },
		"an answer that nobody offers": func(d *Desk) { d.at("answer").Requires.Answers = map[string][]string{"result": {"yes"}} },
		"answers that count as nothing known": func(d *Desk) {
			d.Fields[0].Choices = []Choice{{Named{"yes", rules.Say{Zh: "是", En: "yes"}}, "happy"}}
		},
		"a level that the ladder does not have":        func(d *Desk) { d.at("lift").Does, d.at("lift").Level = "", 9 },
		"a level whose clock is not started":           func(d *Desk) { d.at("assign").Level = 2 },
		"a move that goes elsewhere the second time":   func(d *Desk) { d.at("answer").Again = "told" },
		"hours of a clock that can't be read":          func(d *Desk) { d.Clocks[0].Hours = "by night" },
		"every day without hours":                      func(d *Desk) { d.Clocks[0].EveryDay = true },
		"a raiser asked for a field that is not there": func(d *Desk) { d.Entry = []string{"mood"} },
		"two moves of one name":                        func(d *Desk) { d.Moves = append(d.Moves, d.Moves[0]) },
	} {
		t.Run(what, func(t *testing.T) {
			d := copyOf(t, "china/problem")
			spoil(d)
			if f, ok := fault.Of(Check(d)); !ok || f.Code != ErrDesk.Code {
				t.Errorf("said %v", f)
			}
		})
	}
}

// TestADeskComesBackFromTheLedgerAsItWas: the digest is over what JSON keeps, whichever way it went.
func TestADeskComesBackFromTheLedgerAsItWas(t *testing.T) {
	for _, d := range shipped(t) {
		raw, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back Desk
		if err := json.Unmarshal(raw, &back); err != nil {
			t.Fatal(err)
		}
		if got, err := DigestOf(&back); err != nil || got != d.Digest {
			t.Errorf("%s: %s, was %s (%v)", d.Name, got, d.Digest, err)
		}
	}
}
