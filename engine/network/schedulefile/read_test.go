package schedulefile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shigan/engine/network"
	"shigan/kernel/fault"
	"shigan/kernel/words"
)

// samples are real files of other projects that may not be kept here; tests that need them are skipped where they are not.
func samples(t testing.TB, pattern string) []string {
	t.Helper()
	names, _ := filepath.Glob("../../../../shared/data/schedules/" + pattern)
	if len(names) == 0 {
		t.Skip("no sample schedules here")
	}
	return names
}

func open(t testing.TB, name string) *File {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := Read(bytes.NewReader(b), Options{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f
}

// everyNoteSpeaks fails if a finding has no sentence, or leaves a hole in it.
func everyNoteSpeaks(t testing.TB, notes []network.Finding) {
	t.Helper()
	for _, n := range notes {
		for _, lang := range []words.Lang{words.Zh, words.En} {
			if text := words.Say(lang, n.Code, n.Args); strings.ContainsAny(text, "⟦{") {
				t.Errorf("%s: %s", n.Code, text)
			}
		}
	}
}

func TestEverySampleIsReadOrRefusedWithAReason(t *testing.T) {
	for _, name := range samples(t, "mpxj/*") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			f, err := Read(bytes.NewReader(b), Options{})
			if err != nil {
				no, ok := fault.Of(err)
				empty := errors.Is(err, ErrEmpty) && strings.Contains(name, "calendar-") // these hold calendars and no task
				if !ok || !empty && !errors.Is(err, ErrMPX) {
					t.Fatal(err)
				}
				if !words.Has("fault." + no.Code) {
					t.Errorf("no sentence for %s", no.Code)
				}
				return
			}
			everyNoteSpeaks(t, f.Notes)
			if _, err := f.Network.Schedule(); err != nil {
				t.Error(err)
			}
			for _, c := range f.Network.Calendars {
				if c.Name == "" {
					t.Error("a calendar has no name")
				}
			}
		})
	}
}

// TestDatesAgreeWithThoseOfTheProgramThatMadeTheFile compares our passes with the dates that Microsoft Project and P6 wrote.
func TestDatesAgreeWithThoseOfTheProgramThatMadeTheFile(t *testing.T) {
	compared := 0
	for _, name := range samples(t, "mpxj/*") {
		base := filepath.Base(name)
		if !slices.Contains([]string{"mspdirelations.xml", "task-links-project2013-mspdi.xml", "mspdinulltasks.xml", "sample.xml", "sample1.xml",
			"percent-complete-8.4.xer", "percent-complete-8.4.pmxml", "task-dates-project2016-mspdi.xml"}, base) {
			continue
		}
		f := open(t, name)
		s, err := f.Network.Schedule()
		if err != nil {
			t.Fatal(err)
		}
		for i, d := range s.Dates {
			a, c := &f.Network.Activities[i], f.Tasks[i].Computed
			if a.Kind == network.Summary || c.EarlyFinish == network.None {
				continue
			}
			if strings.HasPrefix(base, "sample") && (a.Name == "Second Task" || a.Name == "Assigned Task 2") {
				if !network.Has(f.Differences(s), "network.check.dates-differ") {
					t.Errorf("%s: a task is worked by a resource's calendar, which we do not follow, and no finding says so", base)
				}
				continue
			}
			same := func(what string, ours, theirs network.Instant) {
				if theirs != network.None && !f.Network.SameWork(a.Calendar, ours, theirs) {
					t.Errorf("%s %s %s: %s %v, the program says %v", base, a.ID, a.Name, what, ours, theirs)
				}
			}
			if a.Started == network.None {
				same("early start", d.EarlyStart, c.EarlyStart)
			}
			same("early finish", d.EarlyFinish, c.EarlyFinish)
			compared++
			if strings.HasPrefix(base, "sample") {
				continue // their end hangs on a task worked by a resource's calendar
			}
			same("late start", d.LateStart, c.LateStart)
			same("late finish", d.LateFinish, c.LateFinish)
			if c.FloatStated && a.Started == network.None && d.TotalFloat != c.TotalFloat {
				t.Errorf("%s %s: float %d minutes, the program says %d", base, a.ID, d.TotalFloat, c.TotalFloat)
			}
			if c.CriticalStated && !a.Manual && d.Critical != c.Critical {
				t.Errorf("%s %s: critical %v, the program says %v", base, a.ID, d.Critical, c.Critical)
			}
		}
	}
	if compared < 60 {
		t.Errorf("only %d activities were compared", compared)
	}
}

func TestRecurringExceptionsFallOnTheDaysThatTheirNamesSay(t *testing.T) {
	f := open2(t, "mpxj/calendar-recurring-exceptions-project2007-mspdi.xml")
	if f == nil {
		return
	}
	byName := map[string][]string{}
	for _, e := range f.Calendars[0].Exceptions {
		byName[e.Name] = append(byName[e.Name], e.From.String())
	}
	for name, want := range map[string]string{ // first day, last day and how many, counted with a calendar
		"Daily 1":            "2000-01-01 1",
		"Daily 2":            "2000-02-01 2000-02-10 4",
		"Daily 4":            "2000-04-01 2000-05-06 6",
		"Weekly 1 Monday":    "2001-01-01 2001-01-15 3",
		"Weekly 2 Tuesday":   "2001-01-02 2001-02-13 4",
		"Weekly 5 Friday":    "2001-01-05 2001-08-03 7",
		"Weekly 7 Sunday":    "2001-02-11 2002-03-17 9",
		"Monthly Relative 1": "2002-01-07 2002-05-06 3",
		"Monthly Relative 4": "2002-01-24 2004-02-26 6",
		"Monthly Relative 5": "2002-01-25 2005-01-28 7",
		"Monthly Absolute 1": "2003-01-01 2003-05-01 3",
		"Monthly Absolute 2": "2003-01-04 2005-02-04 6",
	} {
		days := byName[name]
		if len(days) == 0 {
			t.Errorf("%s falls on no day", name)
			continue
		}
		got := fmt.Sprintf("%s %s %d", days[0], days[len(days)-1], len(days))
		if len(days) == 1 {
			got = days[0] + " 1"
		}
		if got != want && !strings.HasPrefix(name, "Monthly") && name != "Weekly 7 Sunday" || strings.HasPrefix(name, "Monthly") && !strings.HasSuffix(got, want[11:]) {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// open2 reads the calendars of a file without tasks.
func open2(t *testing.T, pattern string) *network.Network {
	b, err := os.ReadFile(samples(t, pattern)[0])
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(b), "</Tasks>", "<Task><UID>77</UID><OutlineLevel>1</OutlineLevel><Name>x</Name><Duration>PT8H0M0S</Duration></Task></Tasks>", 1)
	f, err := Read(strings.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f.Network
}

func TestXERSaysWhoseTimeALagIs(t *testing.T) {
	for file, want := range map[string]network.LagCalendar{"PredecessorCalendar.xer": network.OfPredecessor, "SuccessorCalendar.xer": network.OfSuccessor,
		"ProjectDefaultCalendar.xer": network.OfProject, "TwentyFourHourCalendar.xer": network.AroundTheClock, "SuccessorCalendar.xml": network.OfSuccessor} {
		f := open(t, samples(t, "mpxj/"+file)[0])
		if f.Network.Rules.Lag != want {
			t.Errorf("%s: %v, want %v", file, f.Network.Rules.Lag, want)
		}
		if !network.Has(f.Notes, "network.note.no-baseline") {
			t.Errorf("%s has no baseline, and the notes do not say so", file)
		}
	}
}

func TestTheSameProjectInXERAndPMXMLIsTheSameNetwork(t *testing.T) {
	a := open(t, samples(t, "mpxj/percent-complete-8.4.xer")[0])
	b := open(t, samples(t, "mpxj/percent-complete-8.4.pmxml")[0])
	if len(a.Network.Activities) != 12 || len(b.Network.Activities) != 12 {
		t.Fatalf("%d and %d activities", len(a.Network.Activities), len(b.Network.Activities))
	}
	for i := range a.Network.Activities {
		x, y := a.Network.Activities[i], b.Network.Activities[b.Network.Index()[a.Network.Activities[i].ID]]
		if x.Duration != y.Duration || x.Remaining != y.Remaining || x.Name != y.Name || x.Kind != y.Kind {
			t.Errorf("%s: %+v and %+v", x.ID, x, y)
		}
	}
	c, d := a.Network.Calendars[0], b.Network.Calendars[0]
	if fmt.Sprint(c.Week) != fmt.Sprint(d.Week) || len(c.Exceptions) != 24 || len(d.Exceptions) != 24 {
		t.Errorf("calendars differ:\n%v\n%v", c, d)
	}
}
