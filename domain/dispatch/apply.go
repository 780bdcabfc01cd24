package dispatch

import (
	"encoding/json"
	"fmt"
	"strings"

	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
	"shigan/kernel/table"
)

// Vocabulary is what this room offers to rules.
func Vocabulary() []rules.Word {
	month := func(name string, u quantity.Unit, movable bool) rules.Word {
		return rules.Word{Name: name, Of: "project", Unit: u, Per: rules.PerMonth, Movable: movable}
	}
	stated := func(name string, u quantity.Unit) rules.Word {
		return rules.Word{Name: name, Of: "group", Unit: u, Per: rules.PerMonth}
	}
	return []rules.Word{
		month("invested_ytd", quantity.UnitYuan, true),
		month("invested_month", quantity.UnitYuan, false),
		month("paid_ytd", quantity.UnitYuan, true),
		month("funds_in", quantity.UnitYuan, true),
		month("month_task", quantity.UnitYuan, false),
		month("start_excused", rules.UnitBool, false),
		month("progress_excused", rules.UnitBool, false),
		month("money_excused", rules.UnitBool, false),
		month("library_excused", rules.UnitBool, false),
		month("claims_finished", rules.UnitBool, false),
		month("claims_stopped", rules.UnitBool, false),
		month("report_state", rules.UnitText, false),
		// what an area or a superior states of a whole group, where its projects are not in the house
		stated("stated_count", quantity.UnitItem),
		stated("stated_underway", quantity.UnitItem),
		stated("stated_due_start", quantity.UnitItem),
		stated("stated_started", quantity.UnitItem),
		stated("stated_due_finish", quantity.UnitItem),
		stated("stated_finished", quantity.UnitItem),
		stated("stated_total", quantity.UnitYuan),
		stated("stated_planned", quantity.UnitYuan),
		stated("stated_invested", quantity.UnitYuan),
		stated("stated_rate", quantity.UnitShare),
		stated("stated_task", quantity.UnitYuan),
		stated("stated_month", quantity.UnitYuan),
		stated("stated_growth", quantity.UnitShare),
		stated("stated_growth_plan", quantity.UnitShare),
		stated("stated_growth_city", quantity.UnitShare),
	}
}

// Blobs gives files of evidence back; a frozen month's values lie in one.
type Blobs interface {
	Blob(digest string) ([]byte, error)
}

// Apply turns an entry of this room into documents and data.
func Apply(w table.Writer, blobs Blobs, e ledger.Entry) error {
	switch e.Kind {
	case "dispatch.month-opened/1":
		var b monthOpened
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return err
		}
		return w.Put(MonthKind, b.Month.String(), Month{Month: b.Month, State: Open, Pack: b.Pack, Due: b.Due, CheckBy: b.CheckBy, Opened: e.Seq, Seq: e.Seq})
	case "dispatch.reminded/1":
		var b struct {
			Month    calendar.Month
			Projects []string
		}
		return changeMonth(w, e, &b, func(m *Month) {
			m.Reminders = append(m.Reminders, Reminder{e.EffectiveOn, b.Projects, e.Seq})
		}, func() calendar.Month { return b.Month })
	case "dispatch.rules-adopted/1":
		var b struct {
			Pack, Digest string
			From         calendar.Month
		}
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return err
		}
		var a Adopted
		if _, err := w.Get(RulesKind, "adopted", &a); err != nil {
			return err
		}
		a.Packs, a.Seq = append(a.Packs, AdoptedPack{b.Pack, b.Digest, b.From, e.Seq}), e.Seq
		return w.Put(RulesKind, "adopted", a)
	case "dispatch.reported/1":
		return applyReport(w, e)
	case "dispatch.accepted/1", "dispatch.returned/1":
		return applyCheck(w, e)
	case "dispatch.excuse-asked/1", "dispatch.excuse-settled/1":
		return applyExcuse(w, e)
	case "dispatch.frozen/1":
		return applyFreeze(w, blobs, e)
	case "dispatch.amended/1":
		var a Amendment
		err := changeMonth(w, e, &a, func(m *Month) {
			a.Seq = e.Seq
			m.Amendments = append(m.Amendments, a)
		}, func() calendar.Month { return a.Month })
		w.Datum(a.Field, e.Subject, a.Month.String(), project.Money(a.Now))
		return err
	case "dispatch.slip-sent/1":
		var s Slip
		return changeMonth(w, e, &s, func(m *Month) {
			s.Seq = e.Seq
			m.Slips = append(m.Slips, s)
		}, func() calendar.Month { return s.Month })
	case "dispatch.template-mapped/1":
		return applyTemplate(w, e)
	case "dispatch.bulletin-issued/1":
		var b Bulletin
		return changeMonth(w, e, &b, func(m *Month) {
			b.Seq = e.Seq
			m.Bulletin = &b
		}, func() calendar.Month { return b.Month })
	case "dispatch.meeting-called/1", "dispatch.agenda-set/1", "dispatch.meeting-started/1", "dispatch.meeting-closed/1", "dispatch.minutes-issued/1",
		"dispatch.line-noted/1", "dispatch.item-called/1", "dispatch.item-decided/1", "dispatch.item-undecided/1", "dispatch.item-held/1":
		return applyMeeting(w, e)
	case "dispatch.rhythm-adopted/1":
		return applyRhythm(w, e)
	}
	return nil
}

// changeMonth decodes a body, reads its month, changes and stores it.
func changeMonth(w table.Writer, e ledger.Entry, body any, change func(*Month), which func() calendar.Month) error {
	if err := json.Unmarshal(e.Body, body); err != nil {
		return err
	}
	m, err := MonthOf(w, which())
	if err != nil {
		return err
	}
	change(&m)
	m.Seq = e.Seq
	return w.Put(MonthKind, m.Month.String(), m)
}

func applyReport(w table.Writer, e ledger.Entry) error {
	var b reportBody
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	id := strings.TrimPrefix(e.Subject, "project/")
	old, had, err := ReportOf(w, b.Of, id)
	if err != nil {
		return err
	}
	r := Report{Project: id, Month: b.Of, State: Reported, Content: b.Content, By: e.Actor, ByPost: e.Post, At: e.RecordedAt,
		Files: e.Evidence, Seq: e.Seq, Returns: old.Returns}
	if had {
		r.Versions = append(old.Versions, old.Seq)
	}
	stateMoney(w, e.Subject, b.Of, b.Content)
	finished, stopped := Claims(b.Content.Progress)
	m := b.Of.String()
	w.Datum("claims_finished", e.Subject, m, rules.BoolValue(finished).Canonical())
	w.Datum("claims_stopped", e.Subject, m, rules.BoolValue(stopped).Canonical())
	w.Datum("report_state", e.Subject, m, rules.TextValue(string(Reported)).Canonical())
	return w.Put(ReportKind, ReportID(b.Of, id), r)
}

func stateMoney(w table.Writer, subject string, of calendar.Month, c Content) {
	m := of.String()
	w.Datum("invested_month", subject, m, project.Money(quantity.Fen(c.Month)))
	w.Datum("invested_ytd", subject, m, project.Money(quantity.Fen(c.YTD)))
	if c.Paid != nil {
		w.Datum("paid_ytd", subject, m, project.Money(quantity.Fen(*c.Paid)))
	}
	if c.FundsIn != nil {
		w.Datum("funds_in", subject, m, project.Money(quantity.Fen(*c.FundsIn)))
	}
}

func applyCheck(w table.Writer, e ledger.Entry) error {
	var b checked
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	id := strings.TrimPrefix(e.Subject, "project/")
	r, ok, err := ReportOf(w, b.Of, id)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("entry %d checks a report that is not there: %s %s", e.Seq, id, b.Of)
	}
	r.Checked = &Check{e.Post, e.RecordedAt, b.Reason, b.AsMonth, b.AsYTD, e.Seq}
	m := b.Of.String()
	if e.Kind == "dispatch.returned/1" {
		// what was returned does not count until it is reported again
		r.State, r.Returns = Returned, r.Returns+1
		for _, f := range []string{"invested_month", "invested_ytd"} {
			w.Datum(f, e.Subject, m, rules.NoValue("missing.returned:"+f).Canonical())
		}
	} else {
		r.State = Accepted
		if b.AsMonth != nil {
			r.Content.Month = *b.AsMonth
			w.Datum("invested_month", e.Subject, m, project.Money(quantity.Fen(*b.AsMonth)))
		}
		if b.AsYTD != nil {
			r.Content.YTD = *b.AsYTD
			w.Datum("invested_ytd", e.Subject, m, project.Money(quantity.Fen(*b.AsYTD)))
		}
	}
	w.Datum("report_state", e.Subject, m, rules.TextValue(string(r.State)).Canonical())
	return w.Put(ReportKind, ReportID(b.Of, id), r)
}

func applyExcuse(w table.Writer, e ledger.Entry) error {
	var b struct {
		Of             calendar.Month
		Light          string
		Reason, Answer string
		Granted        bool
	}
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	id := strings.TrimPrefix(e.Subject, "project/")
	key := excuseID(b.Of, id, b.Light)
	if e.Kind == "dispatch.excuse-asked/1" {
		return w.Put(ExcuseKind, key, Excuse{Project: id, Month: b.Of, Light: b.Light, Reason: b.Reason, Asked: e.Seq, Files: e.Evidence})
	}
	var x Excuse
	if _, err := w.Get(ExcuseKind, key, &x); err != nil {
		return err
	}
	x.Settled, x.Granted, x.Answer = e.Seq, b.Granted, b.Answer
	w.Datum(b.Light+"_excused", e.Subject, b.Of.String(), rules.BoolValue(b.Granted).Canonical())
	return w.Put(ExcuseKind, key, x)
}

func applyFreeze(w table.Writer, blobs Blobs, e ledger.Entry) error {
	var f Freeze
	if err := changeMonth(w, e, &f, func(m *Month) {
		m.State, m.Freeze, m.FreezeSeq, m.FreezeAt, m.FreezeBy = Closed, &f, e.Seq, e.RecordedAt, e.Post
	}, func() calendar.Month { return f.Month }); err != nil {
		return err
	}
	raw, err := blobs.Blob(f.Values)
	if err != nil {
		return fmt.Errorf("values of the frozen month %s: %w", f.Month, err)
	}
	var s Snapshot
	if err := json.Unmarshal(raw, &s); err != nil {
		return fmt.Errorf("values of the frozen month %s: %w", f.Month, err)
	}
	for name, by := range s.Values {
		for subject, v := range by {
			w.Frozen(f.Month.String(), name, subject, v)
		}
	}
	return nil
}
