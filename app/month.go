package app

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"

	"github.com/gowebpki/jcs"
)

// Everything is the group of all listed projects; District the subject of figures about the district itself.
const (
	Everything      = "group/all"
	DistrictSubject = "district"
)

// OpenMonth 开月 with the days that the adopted rules give.
func (o *Office) OpenMonth(ctx context.Context, by org.Signer, m calendar.Month, opt Options) (Receipt, error) {
	set, err := o.SetFor(ctx, m, "")
	if err != nil {
		return Receipt{}, err
	}
	cmd := dispatch.OpenMonth{Month: m, Pack: set.Pack.Name}
	e := &figure.Engine{Set: set, Src: o.Read(ctx).Facts()}
	day := func(name string) string {
		if _, ok := set.Figures[name]; !ok {
			return ""
		}
		t, err := e.Values(ctx, []string{name}, []string{DistrictSubject}, m, figure.At{})
		if err != nil {
			return ""
		}
		d, _ := rules.DayOf(t[name][DistrictSubject].Num.Rat)
		if d.IsZero() {
			return ""
		}
		return d.String()
	}
	cmd.Due, cmd.CheckBy = day("report_due"), day("check_due")
	return o.Do(ctx, by, cmd, opt)
}

// MonthStatus 进度 of a month: who has reported, who has not.
type MonthStatus struct {
	Month      dispatch.Month
	Members    []string // project ids
	Reports    map[string]dispatch.Report
	Unreported []string
	Waiting    []string // reported, not checked
	Returned   []string
	Accepted   []string
}

// Status reads where a month stands.
func (o *Office) Status(ctx context.Context, m calendar.Month) (*MonthStatus, error) {
	r := o.Read(ctx)
	month, err := dispatch.MonthOf(r, m)
	if err != nil {
		return nil, err
	}
	s := &MonthStatus{Month: month, Reports: map[string]dispatch.Report{}}
	subjects, err := r.Facts().Members(ctx, Everything, m, figure.At{})
	if err != nil {
		return nil, err
	}
	reports, err := All[dispatch.Report](r, dispatch.ReportKind, m.String()+"/")
	if err != nil {
		return nil, err
	}
	for _, rep := range reports {
		s.Reports[rep.Project] = rep
	}
	for _, sub := range subjects {
		id := strings.TrimPrefix(sub, "project/")
		s.Members = append(s.Members, id)
		switch rep, ok := s.Reports[id]; {
		case !ok:
			s.Unreported = append(s.Unreported, id)
		case rep.State == dispatch.Reported:
			s.Waiting = append(s.Waiting, id)
		case rep.State == dispatch.Returned:
			s.Returned = append(s.Returned, id)
		default:
			s.Accepted = append(s.Accepted, id)
		}
	}
	return s, nil
}

// given turns a report's content into facts that are not stated yet.
func given(c dispatch.Content) map[string]rules.Value {
	finished, stopped := dispatch.Claims(c.Progress)
	g := map[string]rules.Value{
		"invested_month": rules.NumValue(quantity.Fen(c.Month).Rat()), "invested_ytd": rules.NumValue(quantity.Fen(c.YTD).Rat()),
		"claims_finished": rules.BoolValue(finished), "claims_stopped": rules.BoolValue(stopped),
	}
	if c.Paid != nil {
		g["paid_ytd"] = rules.NumValue(quantity.Fen(*c.Paid).Rat())
	}
	if c.FundsIn != nil {
		g["funds_in"] = rules.NumValue(quantity.Fen(*c.FundsIn).Rat())
	}
	return g
}

// Preview 这样报，会是: what a report would show, and what the machine doubts about it.
type Preview struct {
	Figs    map[string]Fig // lights, lag, shares
	Doubts  []string       // names of the doubts' figures
	Overall string
}

// previewed are the figures that a reporter sees before sending.
var previewed = []string{"light.start", "light.progress", "light.money", "light.library", figure.Overall, "lag", "invested_share", "time_share"}

// PreviewReport computes what a report would show, without stating anything.
func (o *Office) PreviewReport(ctx context.Context, id string, m calendar.Month, c dispatch.Content) (*Preview, error) {
	e, err := o.Engine(ctx, m, "")
	if err != nil {
		return nil, err
	}
	p := &Preview{Figs: map[string]Fig{}}
	subject, facts := "project/"+id, given(c)
	try := func(name string) (rules.Value, error) {
		return e.Try(figure.Request{Ctx: ctx, Name: name, Subject: subject, Month: m}, facts)
	}
	for _, name := range previewed {
		base := strings.TrimPrefix(name, rules.LightPrefix)
		if _, isLight := e.Set.Lights[base]; !isLight && e.Set.Figures[name] == nil && name != figure.Overall {
			continue
		}
		v, err := try(name)
		if err != nil {
			return nil, err
		}
		p.Figs[name] = Fig{Name: name, Subject: subject, Month: m, Unit: e.Set.Unit(name), Value: v}
	}
	p.Overall = p.Figs[figure.Overall].Value.Text
	p.Doubts, err = doubts(e.Set, try)
	return p, err
}

// DoubtPrefix begins the names of figures by which a pack doubts a report.
const DoubtPrefix = "doubt_"

func doubts(set *rules.Set, value func(name string) (rules.Value, error)) ([]string, error) {
	var out []string
	for _, name := range set.Order {
		if !strings.HasPrefix(name, DoubtPrefix) {
			continue
		}
		v, err := value(name)
		if err != nil {
			return nil, err
		}
		if v.Kind == rules.KindBool && v.Bool {
			out = append(out, name)
		}
	}
	return out, nil
}

// Report 报送月报 with what the rules doubt worked out first. force skips the demand for a measure, for imported history.
func (o *Office) Report(ctx context.Context, by org.Signer, cmd dispatch.SubmitReport, opt Options) (Receipt, *Preview, error) {
	p, err := o.PreviewReport(ctx, cmd.Project, cmd.Month, cmd.Content)
	if err != nil {
		return Receipt{}, nil, err
	}
	cmd.Doubts, cmd.Light = p.Doubts, p.Overall
	rec, err := o.Do(ctx, by, cmd, opt)
	return rec, p, err
}

// groupKinds are the ways in which a month is added up.
var groupKinds = []string{"list", "industry", "local", "class", "level"}

// Groups lists the groups that a month is added up by: everything, each list, industry, unit, class and level.
func (o *Office) Groups(ctx context.Context, m calendar.Month) ([]string, error) {
	lines, err := o.Read(ctx).Projects(ProjectFilter{})
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, l := range lines {
		for _, list := range strings.Fields(l.Lists) {
			seen["group/list/"+list] = true
		}
		for kind, v := range map[string]string{"industry": l.Industry, "local": l.LocalUnit, "class": l.Class, "level": l.Level} {
			if v != "" {
				seen["group/"+kind+"/"+v] = true
			}
		}
	}
	out := []string{Everything}
	for g := range seen {
		out = append(out, g)
	}
	slices.Sort(out[1:])
	return out, nil
}

// snapshot computes everything that is frozen: figures and lights of projects and groups, and the facts that they read. groups are those
// to add up by; nil for all that there are today.
func (o *Office) snapshot(ctx context.Context, m calendar.Month, known int64, groups []string) (*dispatch.Snapshot, *rules.Set, error) {
	set, err := o.SetFor(ctx, m, "")
	if err != nil {
		return nil, nil, err
	}
	src := o.Read(ctx).Facts()
	e := &figure.Engine{Set: set, Src: src}
	at := figure.At{Seq: known}
	members, err := src.Members(ctx, Everything, m, at)
	if err != nil {
		return nil, nil, err
	}
	if groups == nil {
		if groups, err = o.Groups(ctx, m); err != nil {
			return nil, nil, err
		}
	}
	s := &dispatch.Snapshot{Month: m, Pack: set.Pack.Name, Known: known, Values: map[string]map[string]string{}}
	add := func(names, subjects []string) error {
		t, err := e.Values(ctx, names, subjects, m, at)
		if err != nil {
			return err
		}
		for name, by := range t {
			for subject, v := range by {
				if v.IsMissing() && set.Unit(name) != rules.UnitHue && strings.HasPrefix(v.Num.Why, "missing.not-reported") {
					if _, isFact := set.Fact(name); isFact {
						continue
					}
				}
				if s.Values[name] == nil {
					s.Values[name] = map[string]string{}
				}
				s.Values[name][subject] = v.Canonical()
			}
		}
		return nil
	}
	byOf := map[string][]string{}
	for _, name := range set.Order {
		of := "project"
		if f, ok := set.Figures[name]; ok {
			of = f.Of
		} else if l, ok := set.Lights[strings.TrimPrefix(name, rules.LightPrefix)]; ok && l.Of != "" {
			of = l.Of
		}
		byOf[of] = append(byOf[of], name)
	}
	if set.Overall != nil {
		byOf["project"] = append(byOf["project"], figure.Overall)
	}
	for _, w := range set.Vocabulary() {
		if w.Of == "project" && w.Unit != rules.UnitText && w.Unit != rules.UnitBool {
			byOf["project"] = append(byOf["project"], w.Name)
		}
	}
	if err := add(byOf["project"], members); err != nil {
		return nil, nil, err
	}
	if err := add(byOf["group"], groups); err != nil {
		return nil, nil, err
	}
	return s, set, nil
}

// FreezeMonth 冻结 computes the month's values from all that is known now and closes it. reason is asked for when reports are
// missing or unchecked.
func (o *Office) FreezeMonth(ctx context.Context, by org.Signer, m calendar.Month, reason string, opt Options) (Receipt, *dispatch.Freeze, error) {
	for try := 0; ; try++ {
		rec, fz, err := o.freezeOnce(ctx, by, m, reason, opt)
		if errors.Is(err, ErrMoved) && try < 5 { // somebody reported meanwhile: compute again
			continue
		}
		if err == nil && !opt.DryRun && !rec.Repeat {
			// What cannot be stored now is stored by the night's round: the freeze stands either way.
			_ = o.keepOnce(ctx, m)
		}
		return rec, fz, err
	}
}

func (o *Office) freezeOnce(ctx context.Context, by org.Signer, m calendar.Month, reason string, opt Options) (Receipt, *dispatch.Freeze, error) {
	head, _, _, err := o.Read(ctx).Log()
	if err != nil {
		return Receipt{}, nil, err
	}
	st, err := o.Status(ctx, m)
	if err != nil {
		return Receipt{}, nil, err
	}
	snap, set, err := o.snapshot(ctx, m, head.Size, nil)
	if err != nil {
		return Receipt{}, nil, err
	}
	raw, err := json.Marshal(snap)
	if err != nil {
		return Receipt{}, nil, err
	}
	if raw, err = jcs.Transform(raw); err != nil {
		return Receipt{}, nil, err
	}
	file := File{Digest: head.Suite.Digest(raw), Name: "frozen-" + m.String() + ".json", Media: "application/json", Bytes: raw}
	fz := dispatch.Freeze{Month: m, Pack: set.Pack.Name, RulesSum: set.Digest, Known: head.Size, Values: file.Digest, Projects: len(st.Members),
		Unreported: len(st.Unreported) + len(st.Returned), Unchecked: len(st.Waiting), Lights: map[string]int{}, Reason: reason}
	for _, id := range st.Members {
		v, err := rules.ParseValue(snap.Values[figure.Overall]["project/"+id])
		if err == nil {
			fz.Lights[v.Text]++
		}
	}
	opt.Files = append(opt.Files, file)
	rec, err := o.Do(ctx, by, dispatch.FreezeMonth{Freeze: fz}, opt)
	return rec, &fz, err
}

// CheckFreeze computes a frozen month's values again from what was known then and compares them one by one.
func (o *Office) CheckFreeze(ctx context.Context, m calendar.Month) (values int, differences []string, err error) {
	r := o.Read(ctx)
	month, err := dispatch.MonthOf(r, m)
	if err != nil {
		return 0, nil, err
	}
	if month.Freeze == nil {
		return 0, nil, dispatch.ErrNotFrozen.With("month", m)
	}
	raw, err := r.Blob(month.Freeze.Values)
	if err != nil {
		return 0, nil, err
	}
	var was dispatch.Snapshot
	if err := json.Unmarshal(raw, &was); err != nil {
		return 0, nil, err
	}
	var groups []string // those that were frozen; since then projects may have moved to others
	for _, by := range was.Values {
		for subject := range by {
			if strings.HasPrefix(subject, "group/") && !slices.Contains(groups, subject) {
				groups = append(groups, subject)
			}
		}
	}
	now, _, err := o.snapshot(ctx, m, month.Freeze.Known, groups)
	if err != nil {
		return 0, nil, err
	}
	for name, by := range was.Values {
		for subject, v := range by {
			values++
			if now.Values[name][subject] != v {
				differences = append(differences, name+" "+subject+": "+v+" ≠ "+now.Values[name][subject])
			}
		}
	}
	return values, differences, nil
}

// Turned 变了的灯 is one project whose light differs under another pack.
type Turned struct {
	Project  string
	Light    string
	Was, Now Fig
}

// Replay 重放 turns the lights of a month again under another pack, from the facts that the month knew. Nothing is stated.
func (o *Office) Replay(ctx context.Context, m calendar.Month, pack string) (turned []Turned, was, now map[string]map[string]int, err error) {
	mine, err := o.SetFor(ctx, m, "")
	if err != nil {
		return nil, nil, nil, err
	}
	other, err := o.SetFor(ctx, m, pack)
	if err != nil {
		return nil, nil, nil, err
	}
	src := o.Read(ctx).Facts()
	at := figure.At{}
	if fz, err := src.FreezeOf(m); err != nil {
		return nil, nil, nil, err
	} else if fz != nil {
		at.Seq = fz.Seq - 1
	}
	members, err := src.Members(ctx, Everything, m, at)
	if err != nil {
		return nil, nil, nil, err
	}
	was, now = map[string]map[string]int{}, map[string]map[string]int{}
	var names []string
	for name := range other.Lights {
		if _, both := mine.Lights[name]; both {
			names = append(names, rules.LightPrefix+name)
		}
	}
	slices.Sort(names)
	a, err := (&figure.Engine{Set: mine, Src: src, Fresh: true}).Values(ctx, names, members, m, at)
	if err != nil {
		return nil, nil, nil, err
	}
	b, err := (&figure.Engine{Set: other, Src: src, Fresh: true}).Values(ctx, names, members, m, at)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, name := range names {
		was[name], now[name] = map[string]int{}, map[string]int{}
		for _, s := range members {
			x, y := a[name][s], b[name][s]
			was[name][x.Text]++
			now[name][y.Text]++
			if x.Text != y.Text {
				turned = append(turned, Turned{strings.TrimPrefix(s, "project/"), name,
					Fig{Name: name, Subject: s, Month: m, Unit: rules.UnitHue, Value: x},
					Fig{Name: name, Subject: s, Month: m, Unit: rules.UnitHue, Value: y, Pack: pack}})
			}
		}
	}
	return turned, was, now, nil
}

// Reds lists the members whose overall light is red in a frozen month.
func (o *Office) Reds(ctx context.Context, m calendar.Month) ([]project.Project, *Figures, error) {
	st, err := o.Status(ctx, m)
	if err != nil {
		return nil, nil, err
	}
	set, err := o.SetFor(ctx, m, "")
	if err != nil {
		return nil, nil, err
	}
	names := []string{figure.Overall, "lag"}
	for _, l := range set.Overall.Worst {
		names = append(names, rules.LightPrefix+l)
	}
	figs, err := o.Figures(ctx, m, "", names, Subjects(st.Members))
	if err != nil {
		return nil, nil, err
	}
	var ids []string
	for _, id := range st.Members {
		if figs.Of(figure.Overall, "project/"+id).Hue() == "red" {
			ids = append(ids, id)
		}
	}
	byID, err := Named[project.Project](o.Read(ctx), project.Kind, ids)
	if err != nil {
		return nil, nil, err
	}
	out := make([]project.Project, 0, len(ids))
	for _, id := range ids {
		out = append(out, byID[id])
	}
	return out, figs, nil
}

// SendSlips 发督办函 to every project that is red in a frozen month and has none yet. reply is the day by which to answer.
func (o *Office) SendSlips(ctx context.Context, by org.Signer, m calendar.Month, reply string, opt Options) (Receipt, error) {
	reds, figs, err := o.Reds(ctx, m)
	if err != nil {
		return Receipt{}, err
	}
	cmd := dispatch.SendSlips{Month: m}
	for _, p := range reds {
		s := dispatch.Slip{Project: p.ID, Light: "red", Unit: p.LocalUnit, Reply: reply}
		for _, l := range figs.Set.Overall.Worst {
			if figs.Of(rules.LightPrefix+l, "project/"+p.ID).Hue() == "red" {
				s.Reasons = append(s.Reasons, rules.LightPrefix+l)
			}
		}
		cmd.Slips = append(cmd.Slips, s)
	}
	return o.Do(ctx, by, cmd, opt)
}
