package app

import (
	"context"
	"slices"
	"strings"

	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/rules"
)

// Names keeps those that a set of rules has: packs differ, and a page asks for what is there.
func Names(set *rules.Set, names ...string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool {
		if n == figure.Overall {
			return set.Overall == nil
		}
		_, isFact := set.Fact(n)
		return !isFact && set.Node(n) == "" && set.Figures[n] == nil && set.Lights[strings.TrimPrefix(n, rules.LightPrefix)] == nil
	})
}

// DoubtNames lists the figures by which a set doubts reports, in the set's order.
func DoubtNames(set *rules.Set) []string {
	return slices.DeleteFunc(slices.Clone(set.Order), func(n string) bool { return !strings.HasPrefix(n, DoubtPrefix) })
}

// Doubted 疑点 lists for each project what the rules doubt about its report of a month.
func (o *Office) Doubted(ctx context.Context, m calendar.Month, ids []string) (map[string][]string, *Figures, error) {
	set, err := o.SetFor(ctx, m, "")
	if err != nil {
		return nil, nil, err
	}
	names := DoubtNames(set)
	figs, err := o.Figures(ctx, m, "", names, Subjects(ids))
	if err != nil {
		return nil, nil, err
	}
	out := map[string][]string{}
	for _, id := range ids {
		for _, n := range names {
			if v := figs.Of(n, "project/"+id).Value; v.Kind == rules.KindBool && v.Bool {
				out[id] = append(out[id], n)
			}
		}
	}
	return out, figs, nil
}

// Days gives a month's days as the rules have them: name of the figure → day. Days that the rules don't name are not there.
func (o *Office) Days(ctx context.Context, m calendar.Month, names ...string) (map[string]Fig, error) {
	e, err := o.Engine(ctx, m, "")
	if err != nil {
		return nil, err
	}
	out := map[string]Fig{}
	for _, n := range Names(e.Set, names...) {
		figs, err := FiguresOf(ctx, e, m, "", []string{n}, []string{DistrictSubject})
		if err != nil {
			return nil, err
		}
		if f := figs.Of(n, DistrictSubject); !f.Value.IsMissing() {
			out[n] = f
		}
	}
	return out, nil
}

// Excuses lists what was asked and settled in a month.
func (o *Office) Excuses(ctx context.Context, m calendar.Month, project string) ([]dispatch.Excuse, error) {
	prefix := m.String() + "/"
	if project != "" {
		prefix += project + "/"
	}
	return All[dispatch.Excuse](o.Read(ctx), dispatch.ExcuseKind, prefix)
}

// Task 一件事 that waits for somebody.
type Task struct {
	Kind    string // report, again, check, sign, and for the dispatcher: remind, check-all, excuses, freeze, slips, bulletin
	Project string
	Name    org.Name
	Sample  bool
	Month   calendar.Month
	Due     string // day; "" where no day was set
	Reason  string // why it came back
	Seq     int64
	N       int // how many, where one task stands for several
	Letter  *project.Letter
	At      string // when it was reported, settled or closed
	State   string
	Case    *CaseView // one matter; see mycases.go
	Say     rules.Say // of a state at a desk
	Use     string
}

// Work 我的事 is what is due from somebody, what waits for others, and what came through this month.
type Work struct {
	Due, Waiting, Done []Task
}

// WorkOf gathers what is due from a signer, ordered by the day.
func (o *Office) WorkOf(ctx context.Context, by org.Signer) (*Work, error) {
	w := &Work{}
	months, err := All[dispatch.Month](o.Read(ctx), dispatch.MonthKind, "")
	if err != nil {
		return nil, err
	}
	for i, m := range months {
		if m.State == dispatch.Open {
			if err := o.workOfMonth(ctx, by, m, w); err != nil {
				return nil, err
			}
		} else if i == len(months)-1 || i == len(months)-2 {
			if err := o.workAfter(ctx, by, m, w); err != nil {
				return nil, err
			}
		}
	}
	if err := o.letters(ctx, by, w); err != nil {
		return nil, err
	}
	if err := o.caseWork(ctx, by, w); err != nil {
		return nil, err
	}
	slices.SortStableFunc(w.Due, func(a, b Task) int {
		if (a.Due == "") != (b.Due == "") { // what has no day comes last
			return strings.Compare(b.Due, a.Due)
		}
		return strings.Compare(a.Due, b.Due)
	})
	return w, nil
}

// workOfMonth adds what an open month asks of a signer.
func (o *Office) workOfMonth(ctx context.Context, by org.Signer, m dispatch.Month, w *Work) error {
	r := o.Read(ctx)
	st, err := o.Status(ctx, m.Month)
	if err != nil {
		return err
	}
	if by.Has(org.Dispatcher) {
		return o.dispatcherWork(ctx, m, st, w)
	}
	projects, err := Named[project.Project](r, project.Kind, st.Members)
	if err != nil {
		return err
	}
	excuses, err := o.Excuses(ctx, m.Month, "")
	if err != nil {
		return err
	}
	for _, id := range st.Members {
		p, rep := projects[id], st.Reports[id]
		t := Task{Project: id, Name: p.Facts.Name, Sample: p.Sample, Month: m.Month, Seq: rep.Seq, At: rep.At}
		if org.May(r, by, "dispatch.report", p.Scope()) == nil {
			switch rep.State {
			case "":
				t.Kind, t.Due = "report", m.Due
				w.Due = append(w.Due, t)
			case dispatch.Returned:
				t.Kind, t.Due, t.Reason, t.At = "again", m.CheckBy, rep.Checked.Reason, rep.Checked.At
				w.Due = append(w.Due, t)
			case dispatch.Reported:
				t.Kind, t.Due = "check", m.CheckBy
				w.Waiting = append(w.Waiting, t)
			case dispatch.Accepted:
				t.Kind, t.At = "accepted", rep.Checked.At
				w.Done = append(w.Done, t)
			}
			for _, x := range excuses {
				if x.Project == id && x.Settled == 0 {
					w.Waiting = append(w.Waiting, Task{Kind: "excuse", Project: id, Name: p.Facts.Name, Sample: p.Sample, Month: m.Month, State: x.Light})
				}
			}
		}
		if rep.State == dispatch.Reported && org.May(r, by, "dispatch.accept", p.Scope()) == nil {
			t.Kind, t.Due = "check", m.CheckBy
			w.Due = append(w.Due, t)
		}
	}
	return nil
}

func (o *Office) dispatcherWork(ctx context.Context, m dispatch.Month, st *MonthStatus, w *Work) error {
	add := func(kind, due string, n int) {
		if n > 0 {
			w.Due = append(w.Due, Task{Kind: kind, Month: m.Month, Due: due, N: n})
		}
	}
	excuses, err := o.Excuses(ctx, m.Month, "")
	if err != nil {
		return err
	}
	open := len(slices.DeleteFunc(excuses, func(x dispatch.Excuse) bool { return x.Settled != 0 }))
	add("remind", m.Due, len(st.Unreported))
	add("check-all", m.CheckBy, len(st.Waiting))
	add("excuses", m.CheckBy, open)
	if len(st.Unreported)+len(st.Waiting)+len(st.Returned) == 0 {
		days, err := o.Days(ctx, m.Month, "freeze_due")
		if err != nil {
			return err
		}
		add("freeze", dayText(days["freeze_due"]), 1)
	}
	return nil
}

// workAfter adds what a frozen month still asks of the dispatcher, and what came through for the others.
func (o *Office) workAfter(ctx context.Context, by org.Signer, m dispatch.Month, w *Work) error {
	if !by.Has(org.Dispatcher) {
		return nil
	}
	days, err := o.Days(ctx, m.Month, "bulletin_due")
	if err != nil {
		return err
	}
	if n := m.Freeze.Lights["red"] - len(m.Slips); n > 0 {
		w.Due = append(w.Due, Task{Kind: "slips", Month: m.Month, Due: dayText(days["bulletin_due"]), N: n})
	}
	if m.Bulletin == nil {
		w.Due = append(w.Due, Task{Kind: "bulletin", Month: m.Month, Due: dayText(days["bulletin_due"]), N: 1})
	}
	return nil
}

func dayText(f Fig) string {
	if f.Value.IsMissing() || f.Value.Num.Rat == nil {
		return ""
	}
	d, _ := rules.DayOf(f.Value.Num.Rat)
	return d.String()
}

// letters adds the letters that a post has not signed.
func (o *Office) letters(ctx context.Context, by org.Signer, w *Work) error {
	if len(by.Roles) == 0 || !slices.ContainsFunc(org.RolesFor("project.sign-letter"), by.Has) {
		return nil
	}
	all, err := All[project.Project](o.Read(ctx), project.Kind, "")
	if err != nil {
		return err
	}
	for _, p := range all {
		l, ok := p.CurrentLetter()
		if !ok || l.Void != "" || !slices.Contains(l.Signers, by.Post) {
			continue
		}
		t := Task{Kind: "sign", Project: p.ID, Name: p.Facts.Name, Sample: p.Sample, Letter: &l, At: l.Drawn, N: l.Version}
		if !l.SignedBy(by.Post) {
			w.Due = append(w.Due, t)
		}
	}
	return nil
}

// Digested makes a file of evidence out of bytes, named by its digest in the district's suite.
func (o *Office) Digested(ctx context.Context, name, media string, raw []byte) (File, error) {
	head, _, _, err := o.Read(ctx).Log()
	if err != nil {
		return File{}, err
	}
	return File{Digest: head.Suite.Digest(raw), Name: name, Media: media, Bytes: raw}, nil
}

// EntryOf gives an entry's number for a receipt.
func EntryOf(seq int64, recorded string) string {
	return ledger.Entry{Seq: seq, RecordedAt: recorded}.Number()
}
