package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"shigan/app"
	"shigan/kernel/calendar"
)

// TestTheBriefGivesTheNumbersOfThePageAndReadingItIsNoLook: the lists are those that the page reads, the lights add up to the month's, no
// number is a float, and what counts as new does not move by asking.
func TestTheBriefGivesTheNumbersOfThePageAndReadingItIsNoLook(t *testing.T) {
	d := withCases(t)
	by := d.who["leader"]
	raw := d.get(t, "leader", "/brief").ok(t)
	var got Brief
	raw.into(t, &got)
	b, err := d.o.BriefOf(t.Context(), by, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2][]string{
		"to decide":  {idsOf(got.Decide), viewsOf(b.Decide)},
		"his turn":   {idsOf(got.Turns), viewsOf(b.Turns)},
		"his level":  {idsOf(got.Here), viewsOf(b.Here)},
		"climbed up": {idsOf(got.Climbed), viewsOf(b.Climbed)},
	} {
		if !slices.Equal(pair[0], pair[1]) {
			t.Errorf("%s: %v, the page has %v", what, pair[0], pair[1])
		}
	}
	if len(got.Here)+len(got.Turns)+len(got.Decide) == 0 || len(got.Undone) != len(b.Undone) || got.Since != "" {
		t.Errorf("here %d, undone %d of %d, since %q", len(got.Here), len(got.Undone), len(b.Undone), got.Since)
	}
	if got.Month == nil || got.Month.Figures["group_count"].Exact == "" {
		t.Fatalf("the month: %+v", got.Month)
	}
	sums, err := d.o.GroupFigures(t.Context(), calendar.MustMonth(got.Month.Month), []string{"group_count", "group_red"}, []string{app.Everything})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{"group_count", "group_red"} {
		f := sums.Of(n, app.Everything)
		if want := valueOf(f.Value, f.Unit, "zh"); got.Month.Figures[n].Exact != want.Exact {
			t.Errorf("%s: %+v, the page has %+v", n, got.Month.Figures[n], want)
		}
	}
	dec := json.NewDecoder(strings.NewReader(string(raw.raw)))
	dec.UseNumber()
	for {
		tok, err := dec.Token()
		if err != nil {
			break
		}
		if n, ok := tok.(json.Number); ok && strings.ContainsAny(n.String(), ".eE") {
			t.Errorf("%s is a float", n)
		}
	}
	d.clock.Forward(48 * time.Hour)
	var again Brief
	d.get(t, "leader", "/brief").ok(t).into(t, &again)
	if again.Since != "" {
		t.Errorf("asking counted as a look: since %s", again.Since)
	}
	if _, err := d.o.Look(t.Context(), by); err != nil { // the page
		t.Fatal(err)
	}
	d.clock.Forward(24 * time.Hour)
	if d.get(t, "leader", "/brief").ok(t).into(t, &again); again.Since == "" || again.From != again.Since {
		t.Errorf("after a look at the page: since %q from %q", again.Since, again.From)
	}
	d.get(t, "dispatcher", "/brief").problem(t, http.StatusForbidden, "org.may-not")
}

func idsOf(rows []CaseRow) []string {
	return each(rows, func(r CaseRow) string { return r.ID })
}

func viewsOf(list []app.CaseView) []string {
	return each(list, func(v app.CaseView) string { return v.ID })
}
