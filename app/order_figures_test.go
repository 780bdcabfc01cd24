package app_test

import (
	"fmt"
	"testing"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/testkit"
)

// hotline plays orders of one month at a desk of the hotline.
type hotline struct {
	*testing.T
	o   *app.Office
	who map[string]org.Signer
}

func (h *hotline) make(by, id, move, outcome string, fields map[string]string) {
	h.Helper()
	c, err := casework.Of(h.o.Read(h.Context()), id)
	if err != nil {
		h.Fatal(err)
	}
	m, _ := h.desk().Move(move)
	k := casework.Make{Case: id, Move: move, From: c.State, Outcome: outcome, Fields: fields, Reason: "示例理由"}
	if m.Does == casework.DoesAssign {
		k.Handler = casework.Party{Unit: "lq"}
	}
	testkit.Do(h.T, h.o, h.who[by], k)
}

func (h *hotline) desk() *casework.Desk { return h.o.Desks.Desks["shandong/order"] }

func said(solved, satisfied string) map[string]string {
	return map[string]string{"responded": "yes", "solved": solved, "satisfied": satisfied}
}

// answered brings an order to its call-back.
func (h *hotline) answered(id string) {
	h.make("local", id, "answer", "done", map[string]string{"result": "示例"})
	h.make("dispatcher", id, "pass", "", nil)
}

// order plays one order to its end: content, accept, or found (not content twice, then found by two persons with an outcome).
func (h *hotline) order(n int, end, outcome string) {
	h.Helper()
	id := fmt.Sprintf("O-2022-%04d", n)
	chain := map[string]string{"head": "townhead", "deputy": "leader", "chief": "top"}
	testkit.Do(h.T, h.o, h.who["line"], casework.Open{ID: id, Desk: "shandong/order", Kind: "general", Title: "示例工单 " + id, Chain: chain, Reach: org.Scope{Local: "lq", Line: "jtj"}})
	h.make("dispatcher", id, "dispatch", "", nil)
	h.make("local", id, "receive", "", nil)
	h.answered(id)
	switch end {
	case "content":
		h.make("line", id, "content", "", said("yes", "fairly"))
	case "accept":
		h.make("line", id, "accept", "", said("no", "yes"))
	case "found":
		h.make("line", id, "redo", "", said("no", "so-so"))
		h.answered(id)
		h.make("line", id, "redo", "", said("no", "no"))
		h.make("dispatcher", id, "find", outcome, nil)
		h.make("top", id, "sign", "", nil)
	}
}

// TestAUnitsMonthOfFortyOrdersScoresNinetyThreePointNine under Jungar's weights, out of the callers' own answers; what two persons excluded
// is in none of the three rates and has its own.
func TestAUnitsMonthOfFortyOrdersScoresNinetyThreePointNine(t *testing.T) {
	for name, open := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			clock := testkit.At("2022-06-10")
			o := testkit.Office(t, open(t), clock, ledger.SHA256)
			h := &hotline{t, o, testkit.Small(t, o)}
			testkit.AdoptDesks(t, o, h.who["rulekeeper"], "shandong/order")
			for n := range 41 {
				switch {
				case n < 36:
					h.order(n, "content", "")
				case n == 36:
					h.order(n, "accept", "")
				case n < 40:
					h.order(n, "found", "part")
				default:
					h.order(n, "found", "excluded")
				}
			}
			g := app.CaseGroup{Use: "order", Unit: "lq"}
			m := calendar.DateOf(o.Clock()).Month()
			want := map[string]string{"called_cases": "n:40", "response_rate": "n:1", "solved_rate": "n:9/10", "content_rate": "n:37/40", "three_rates": "n:751/8"} // 93.875
			var names []string
			for n := range want {
				names = append(names, n)
			}
			figs, err := o.Figures(t.Context(), m, "jungar/three-rates", names, []string{g.Subject()})
			if err != nil {
				t.Fatal(err)
			}
			for n, v := range want {
				if got := figs.Of(n, g.Subject()).Value.Canonical(); got != v {
					t.Errorf("%s is %s, want %s", n, got, v)
				}
			}
			figs, err = o.Figures(t.Context(), m, app.CasePack, []string{"closed_cases", "excluded_rate"}, []string{g.Subject()})
			if err != nil {
				t.Fatal(err)
			}
			if got := figs.Of("closed_cases", g.Subject()).Value.Canonical() + " " + figs.Of("excluded_rate", g.Subject()).Value.Canonical(); got != "n:41 n:1/41" {
				t.Errorf("closed and excluded: %s", got)
			}
			list, err := o.CasesOf(t.Context(), h.who["dispatcher"], app.CaseFilter{Use: "order", Rate: "excluded"})
			if err != nil || len(list) != 1 || list[0].ID != "O-2022-0040" {
				t.Errorf("the list of what was excluded: %v %v", list, err)
			}
		})
	}
}
