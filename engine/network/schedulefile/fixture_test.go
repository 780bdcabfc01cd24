package schedulefile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"shigan/engine/network"
	"shigan/kernel/calendar"
)

func fixture(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func read(t testing.TB, text string) *File {
	t.Helper()
	f, err := Read(strings.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	everyNoteSpeaks(t, f.Notes)
	return f
}

// dates prints the dates of a schedule, one activity after another.
func dates(t testing.TB, f *File) string {
	t.Helper()
	s, err := f.Network.Schedule()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i, d := range s.Dates {
		fmt.Fprintf(&b, "%s %s..%s\n", f.Network.Activities[i].ID, d.EarlyStart, d.EarlyFinish)
	}
	return b.String()
}

func TestXERIsRead(t *testing.T) {
	f := read(t, fixture(t, "road.xer"))
	n := f.Network
	if f.Format != XER || f.Name != "迎留路工程（示例）" || len(n.Activities) != 5 || len(n.Links) != 5 || n.Activities[1].Resources != 2 {
		t.Fatalf("%s %q, %d activities, %d links", f.Format, f.Name, len(n.Activities), len(n.Links))
	}
	// A20: 160 hours from 10 June on, of which four on Saturday the 11th; A40 five days after it
	want := `A10 2022-06-01T08:00..2022-06-08T17:00
A20 2022-06-09T08:00..2022-07-07T12:00
A30 2022-06-20T08:00..2022-07-01T17:00
A40 2022-07-14T12:00..2022-07-14T12:00
A50 2022-06-09T08:00..2022-07-07T12:00
`
	if got := dates(t, f); got != want {
		t.Errorf("dates\n%swant\n%s", got, want)
	}
	if got := f.Tasks[0].Outline; got != "YLL.QQ" {
		t.Errorf("outline %q", got)
	}
	for _, code := range []string{"no-baseline", "links-lost", "critical-float", "read"} {
		if !network.Has(f.Notes, "network.note."+code) {
			t.Errorf("no note %s in %v", code, f.Notes)
		}
	}
	if got := len(n.Activities[2].Constraints); got != 2 {
		t.Errorf("%d constraints", got)
	}
	half := n.Calendars[0].Exceptions[1] // a Saturday morning
	if half.From.String() != "2022-06-11" || len(half.Spans) != 1 || half.Spans[0] != (network.Span{From: 480, To: 720}) {
		t.Errorf("exception %+v", half)
	}
}

func TestXEROfAnyCodePageIsRead(t *testing.T) {
	text := fixture(t, "road.xer")
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	latin := strings.NewReplacer("迎留路工程（示例）", "Rue de l'H\xF4pital", "示例", "", "五天工作制", "5 d", "立项", "\xC9tude", "征地拆迁", "a", "施工招标", "b", "开工", "c", "监理", "d", "前期", "e").Replace(text)
	for name, tc := range map[string]struct{ text, encoding, project string }{
		"UTF-8":               {text, "utf-8", "迎留路工程（示例）"},
		"UTF-8 with its mark": {"\uFEFF" + text, "utf-8", "迎留路工程（示例）"},
		"GB18030":             {gb, "gb18030", "迎留路工程（示例）"},
		"UTF-16":              {wide, "utf-16", "迎留路工程（示例）"},
		"Windows-1252":        {latin, "windows-1252", "Rue de l'Hôpital"},
	} {
		f := read(t, tc.text)
		if f.Encoding != tc.encoding || f.Name != tc.project {
			t.Errorf("%s: read as %s, named %q", name, f.Encoding, f.Name)
		}
	}
	if _, err := Read(strings.NewReader(gb), Options{Encoding: "utf-8"}); !errors.Is(err, ErrEncoding) {
		t.Errorf("a wrong encoding was asked for and taken: %v", err)
	}
	if f, err := Read(strings.NewReader(gb), Options{Encoding: "gb18030"}); err != nil || f.Name != "迎留路工程（示例）" {
		t.Errorf("a named encoding is not used: %v", err)
	}
}

func TestPMXMLIsReadWithItsBaseline(t *testing.T) {
	f := read(t, fixture(t, "road.pmxml"))
	n := f.Network
	if f.Format != PMXML || len(n.Activities) != 4 || len(n.Links) != 3 || n.Activities[1].Resources != 1 {
		t.Fatalf("%s, %d activities, %d links", f.Format, len(n.Activities), len(n.Links))
	}
	if a := n.Activities[1]; a.BaselineFinish.String() != "2022-07-06T17:00" || a.BaselineDuration != 160*60 {
		t.Errorf("baseline %v", a.BaselineFinish)
	}
	if n.Activities[2].BaselineFinish != network.None || network.Has(f.Notes, "network.note.no-baseline") {
		t.Error("A30 has no baseline and the file has one")
	}
	want := network.Rules{Lag: network.OfPredecessor, Float: network.SmallestFloat, Critical: network.LongestPath, OpenEndsCritical: true, Override: true, HoldAtDataDate: true}
	if n.Rules != want {
		t.Errorf("rules %+v", n.Rules)
	}
	if !network.Has(f.Notes, "network.note.critical-longest-path") || n.Finish.String() != "2022-12-31T17:00" {
		t.Error("longest path and must-finish are not said")
	}
	if got := n.Calendars[0].Week[1]; fmt.Sprint(got) != "[{480 720} {780 1020}]" {
		t.Errorf("hours %v: 11:59 is the last minute that is worked", got)
	}
}

func TestMSPDIIsRead(t *testing.T) {
	f := read(t, fixture(t, "estate.xml"))
	n := f.Network
	// 3: twenty hours done, sixty after them; 4: weeks of 44 hours; 5: half of 160 hours after the start of 4, seven days around the clock
	want := `1 2022-06-01T08:00..2022-06-22T17:00
2 2022-06-01T08:00..2022-06-08T17:00
3 2022-06-09T08:00..2022-06-22T17:00
4 2022-07-01T08:00..2022-07-26T17:00
5 2022-07-04T16:00..2022-07-11T16:00
6 2022-07-26T17:00..2022-07-26T17:00
`
	if got := dates(t, f); got != want {
		t.Errorf("dates\n%swant\n%s", got, want)
	}
	if n.Activities[1].Under != "1" || n.Activities[0].Kind != network.Summary || n.Activities[5].Kind != network.FinishMilestone || n.Activities[3].Resources != 1 {
		t.Errorf("%+v", n.Activities)
	}
	for _, code := range []string{"tasks-empty", "tasks-inactive", "critical-float"} {
		if !network.Has(f.Notes, "network.note."+code) {
			t.Errorf("no note %s", code)
		}
	}
	if !n.Links[len(n.Links)-1].Elapsed && !n.Links[len(n.Links)-2].Elapsed {
		t.Error("the lag of three elapsed days is not elapsed")
	}
}

func TestPSPLIBAndPattersonAreTheSameProblem(t *testing.T) {
	a, b := read(t, fixture(t, "tiny.sm")), read(t, fixture(t, "tiny.rcp"))
	if !reflect.DeepEqual(a.Network, b.Network) || !reflect.DeepEqual(a.Needs, b.Needs) || a.Resources[0].Capacity != 3 || b.Resources[0].Capacity != 3 {
		t.Errorf("%+v\n%+v", a, b)
	}
	s, err := a.Network.Schedule()
	if err != nil || s.Finish-a.Network.Start != 7*1440 {
		t.Errorf("critical path %v, %v", s.Finish-a.Network.Start, err)
	}
}

// same compares what an export must give back.
func same(t interface{ Fatalf(string, ...any) }, got, want *File) {
	if got.Name != want.Name || !reflect.DeepEqual(got.Resources, want.Resources) || !reflect.DeepEqual(got.Needs, want.Needs) {
		t.Fatalf("heads differ: %q %q", got.Name, want.Name)
	}
	a, b := got.Network, want.Network
	if a.Default != b.Default || a.Start != b.Start || a.Finish != b.Finish || a.DataDate != b.DataDate || a.Rules != b.Rules {
		t.Fatalf("networks differ: %+v\n%+v", a, b)
	}
	for i := range b.Activities {
		if !equal(a.Activities[i], b.Activities[i]) {
			t.Fatalf("activity %d: %+v\nwas %+v", i, a.Activities[i], b.Activities[i])
		}
	}
	for i := range b.Calendars {
		if !equal(a.Calendars[i], b.Calendars[i]) {
			t.Fatalf("calendar %d: %+v\nwas %+v", i, a.Calendars[i], b.Calendars[i])
		}
	}
	if len(a.Activities) != len(b.Activities) || len(a.Calendars) != len(b.Calendars) || !equal(a.Links, b.Links) || !equal(uncomputed(got.Tasks), uncomputed(want.Tasks)) {
		t.Fatalf("links or tasks differ:\n%v\n%v", a.Links, b.Links)
	}
}

func exported(t interface {
	Fatalf(string, ...any)
}, f *File) (string, []network.Finding) {
	var out bytes.Buffer
	lost, err := WriteMSPDI(&out, f)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return out.String(), lost
}

func TestWhatIsExportedAndReadAgainIsTheSame(t *testing.T) {
	for _, name := range []string{"road.xer", "road.pmxml", "estate.xml", "tiny.sm", "tiny.rcp"} {
		t.Run(name, func(t *testing.T) {
			f := read(t, fixture(t, name))
			text, lost := exported(t, f)
			everyNoteSpeaks(t, lost)
			same(t, read(t, text), f)
		})
	}
}

func TestEverySampleExportedAndReadAgainIsTheSame(t *testing.T) {
	for _, name := range samples(t, "mpxj/*") {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Read(bytes.NewReader(b), Options{})
		if err != nil {
			continue // refused, see above
		}
		text, _ := exported(t, f)
		same(t, read(t, text), f)
	}
}

// What another program makes of an export: without our own instruction the dates are still the same, as far as the format goes.
func TestAnExportSpeaksForItselfWithoutOurExtra(t *testing.T) {
	f := read(t, fixture(t, "estate.xml"))
	text, lost := exported(t, f)
	if len(lost) > 0 {
		t.Errorf("lost %v", lost)
	}
	if i := strings.Index(text, "<?shigan"); i >= 0 {
		end := strings.Index(text[i:], "?>")
		text = text[:i] + text[i+end+2:]
	}
	if a, b := dates(t, read(t, text)), dates(t, f); a != b {
		t.Errorf("dates\n%swere\n%s", a, b)
	}
}

func TestAnEditWinsOverOurExtra(t *testing.T) {
	f := read(t, fixture(t, "road.xer"))
	text, lost := exported(t, f)
	if !network.Has(lost, "network.note.lost-constraint") || !network.Has(lost, "network.note.lost-hammock") || !network.Has(lost, "network.note.lost-lag-calendar") {
		t.Errorf("lost %v", lost)
	}
	edited := strings.Replace(text, "<Name>施工招标</Name>", "<Name>施工和监理招标</Name>", 1)
	again := read(t, edited)
	if again.Network.Activities[2].Name != "施工和监理招标" {
		t.Error("the edit is lost")
	}
	if again.Network.Activities[1].ID != "A20" {
		t.Error("an activity that was not edited lost its id")
	}
}

// drawn makes a schedule of everything that the model can hold.
func drawn(t *rapid.T) *File {
	instant := func(what string) network.Instant {
		return network.On(calendar.MustDate("2022-01-03").AddDays(rapid.IntRange(0, 700).Draw(t, what)), rapid.SampledFrom([]int{0, 480, 545, 1020}).Draw(t, "minute"))
	}
	maybe := func(what string) network.Instant {
		if rapid.Bool().Draw(t, what+"?") {
			return network.None
		}
		return instant(what)
	}
	text := rapid.StringMatching(`[a-z<>&"'?图纸 ]{0,8}`)
	n := &network.Network{Start: network.On(calendar.MustDate("2022-01-03"), 0)}
	for i := range rapid.IntRange(1, 3).Draw(t, "calendars") {
		c := network.Weekly(rapid.IntRange(1, 7).Draw(t, "week"))
		c.Name, c.DayMinutes = fmt.Sprint("c", i, text.Draw(t, "name")), rapid.SampledFrom([]int{450, 480, 1440}).Draw(t, "day")
		if rapid.Bool().Draw(t, "exception?") {
			d := instant("exception").Date()
			c.Exceptions = []network.Exception{{From: d, To: d.AddDays(2), Spans: []network.Span{{From: 60, To: 1440}}, Name: text.Draw(t, "why")}}
		}
		if rapid.Bool().Draw(t, "season?") {
			d := instant("season").Date()
			c.Seasons = []network.Season{{From: d, To: d.AddDays(20), Percent: 45}}
		}
		n.Calendars = append(n.Calendars, c)
	}
	n.Default = rapid.IntRange(0, len(n.Calendars)-1).Draw(t, "default")
	n.DataDate, n.Finish = maybe("data date"), maybe("must finish")
	n.Rules = network.Rules{Lag: network.LagCalendar(rapid.IntRange(0, 3).Draw(t, "lag")), Float: network.FloatKind(rapid.IntRange(0, 2).Draw(t, "float")),
		Critical: network.CriticalKind(rapid.IntRange(0, 1).Draw(t, "critical")), FloatLimit: int64(rapid.IntRange(0, 5000).Draw(t, "limit")),
		Override: rapid.Bool().Draw(t, "override"), HoldAtDataDate: rapid.Bool().Draw(t, "hold"), OpenEndsCritical: rapid.Bool().Draw(t, "open")}
	f := &File{Name: strings.TrimSpace(text.Draw(t, "project")), Network: n}
	numbers := rapid.Bool().Draw(t, "numbers")
	for i := range rapid.IntRange(1, 12).Draw(t, "activities") {
		a := network.Activity{ID: fmt.Sprint("A", i), Name: text.Draw(t, "activity"), Kind: network.Kind(rapid.IntRange(0, 4).Draw(t, "kind")),
			Calendar: rapid.IntRange(0, len(n.Calendars)-1).Draw(t, "calendar"), Duration: int64(rapid.IntRange(0, 20000).Draw(t, "minutes")), Class: text.Draw(t, "class"),
			Percent: float64(rapid.IntRange(0, 1000).Draw(t, "permille")) / 1000, Deadline: maybe("deadline"), Manual: rapid.Bool().Draw(t, "manual"),
			BaselineStart: maybe("baseline start"), BaselineFinish: maybe("baseline finish"), Resources: rapid.IntRange(0, 2).Draw(t, "resources")}
		if numbers {
			a.ID = fmt.Sprint(100 - i)
		}
		if i > 0 && rapid.Bool().Draw(t, "under?") {
			a.Under = n.Activities[rapid.IntRange(0, i-1).Draw(t, "under")].ID
		}
		if a.Started = maybe("started"); a.Started != network.None && rapid.Bool().Draw(t, "finished?") {
			a.Finished = a.Started + network.Instant(a.Duration)
		}
		for range rapid.IntRange(0, 2).Draw(t, "constraints") {
			a.Constraints = append(a.Constraints, network.Constraint{Kind: network.ConstraintKind(rapid.IntRange(1, 8).Draw(t, "constraint")), At: instant("at")})
		}
		for k := range rapid.IntRange(0, min(i, 2)).Draw(t, "links") {
			n.Links = append(n.Links, network.Link{From: (i + k) % i, To: i, Type: network.LinkType(rapid.IntRange(0, 3).Draw(t, "type")),
				Lag: int64(rapid.IntRange(-2000, 2000).Draw(t, "lag")), Elapsed: rapid.Bool().Draw(t, "elapsed")})
		}
		n.Activities = append(n.Activities, a)
		f.Tasks = append(f.Tasks, Task{Key: a.ID, Row: i + 1, Outline: text.Draw(t, "wbs"), Who: text.Draw(t, "who")})
	}
	return f
}

func TestAnythingExportedAndReadAgainIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawn(t)
		if _, err := f.Network.Schedule(); err != nil {
			return // links of a summary to what stands under it close loops; such a plan cannot be exported
		}
		text, _ := exported(t, f)
		again, err := Read(strings.NewReader(text), Options{})
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		same(t, again, f)
	})
}
