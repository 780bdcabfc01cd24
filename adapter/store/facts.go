package store

import (
	"context"
	"database/sql"
	"slices"
	"sort"
	"strings"
	"sync"

	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/rules"
)

// Facts 事实源 answers the figure engine for one district and one request. Frozen months are looked up once.
type Facts struct {
	*District
	mu     sync.Mutex
	freeze map[calendar.Month]*figure.Freeze
	first  calendar.Month
}

// facts starts a source for one request.
func (d *District) facts() *Facts {
	return &Facts{District: d, freeze: map[calendar.Month]*figure.Freeze{}}
}

// known is the last entry that counts.
func known(at figure.At) int64 {
	if at.Seq == 0 {
		return 1 << 62
	}
	return at.Seq
}

// period gives the range of periods in which a word of that rhythm is looked for.
func period(w rules.Word, m calendar.Month) (from, to string) {
	switch w.Per {
	case rules.PerMonth:
		return m.String(), m.String()
	case rules.PerYear:
		return m.String()[:4], m.String()[:4]
	}
	return "", m.Last().String()
}

// Column reads one fact for all subjects in one query. For few subjects they are named, for many the whole column is read.
func (f *Facts) Column(_ context.Context, w rules.Word, subjects []string, m calendar.Month, at figure.At) (map[string]figure.Datum, error) {
	from, to := period(w, m)
	q := `SELECT subject, seq, value FROM datum WHERE district = $1 AND fact = $2 AND period >= $3 AND period <= $4 AND seq <= $5`
	args := []any{f.Code, w.Name, from, to, known(at)}
	if len(subjects) <= 200 {
		q += ` AND subject IN ` + marks(6, len(subjects))
		for _, s := range subjects {
			args = append(args, s)
		}
	}
	rows, err := f.q.QueryContext(f.ctx, q, args...)
	if err != nil {
		return nil, friendly(err)
	}
	defer rows.Close()
	out := make(map[string]figure.Datum, len(subjects))
	var subject, value string
	var seq int64
	for rows.Next() {
		if err := rows.Scan(&subject, &seq, &value); err != nil {
			return nil, err
		}
		if old, ok := out[subject]; ok && old.Seq > seq {
			continue // the latest statement stands
		}
		v, err := rules.ParseValue(value)
		if err != nil {
			return nil, err
		}
		out[subject] = figure.Datum{Value: v, Seq: seq}
	}
	return out, friendly(rows.Err())
}

// History reads all statements of a fact about a subject: of the month, or of the year up to it for monthly ones.
func (f *Facts) History(_ context.Context, w rules.Word, subject string, m calendar.Month, at figure.At) ([]figure.Stated, error) {
	from, to := period(w, m)
	if w.Per == rules.PerMonth {
		from = m.YearStart().String()
	}
	type stated struct {
		period, value string
		seq           int64
	}
	rows, err := f.q.QueryContext(f.ctx, `SELECT period, seq, value FROM datum WHERE district = $1 AND fact = $2 AND period >= $3 AND period <= $4 AND seq <= $5 AND subject = $6 ORDER BY seq DESC`,
		f.Code, w.Name, from, to, known(at), subject)
	all, err := scanAll(rows, err, func(r *sql.Rows) (s stated, err error) { err = r.Scan(&s.period, &s.seq, &s.value); return })
	if err != nil {
		return nil, err
	}
	var seqs []int64
	for _, s := range all {
		seqs = append(seqs, s.seq)
	}
	entries, err := f.EntriesIn(seqs)
	if err != nil {
		return nil, err
	}
	var out []figure.Stated
	for _, s := range all {
		v, err := rules.ParseValue(s.value)
		if err != nil {
			return nil, err
		}
		e := entries[s.seq]
		st := figure.Stated{Value: v, Seq: s.seq, Number: e.Number(), Kind: e.Kind, EffectiveOn: e.EffectiveOn, RecordedAt: e.RecordedAt,
			Actor: e.Actor, Post: e.Post, Evidence: len(e.Evidence), Reason: reasonIn(e)}
		if w.Per == rules.PerMonth {
			st.Month, _ = calendar.ParseMonth(s.period)
		} else {
			st.Month = m
		}
		out = append(out, st)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Month.Compare(out[j].Month) > 0 })
	return out, nil
}

// Members lists the projects of a group in a month, in the order of ids. Groups: "group/all", "group/list/208",
// "group/industry/auto", "group/local/U12", "group/level/…", "group/class/…", "group/front/…", "group/line/…", "group/lead/…".
// Children of a bundle are left out: their money is part of the parent's.
func (f *Facts) Members(_ context.Context, group string, m calendar.Month, at figure.At) ([]string, error) {
	kind, value, _ := strings.Cut(strings.TrimPrefix(group, "group/"), "/")
	fact := "listed"
	if kind == "list" {
		fact = "list:" + value
	}
	rows, err := f.q.QueryContext(f.ctx, `SELECT subject, value FROM datum WHERE district = $1 AND fact = $2 AND period <= $3 AND seq <= $4 ORDER BY subject, seq`,
		f.Code, fact, m.Last().String(), known(at))
	in := map[string]bool{}
	if _, err := scanAll(rows, err, func(r *sql.Rows) (x struct{}, err error) {
		var s, v string
		err = r.Scan(&s, &v)
		in[s] = v == "b:true"
		return
	}); err != nil {
		return nil, err
	}
	parents, err := f.standing("in:parent", m, at)
	if err != nil {
		return nil, err
	}
	q, args := `SELECT id FROM project_row WHERE district = $1`, []any{f.Code}
	var groups map[string]string
	if slices.Contains(datedGroups, kind) {
		if groups, err = f.standing("in:"+kind, m, at); err != nil {
			return nil, err
		}
	} else if col, ok := groupColumns[kind]; ok {
		q += ` AND ` + col + ` = $2`
		args = append(args, value)
	}
	rows, err = f.s.db.QueryContext(f.ctx, q+` ORDER BY id`, args...)
	ids, err := scanAll(rows, err, func(r *sql.Rows) (s string, err error) { err = r.Scan(&s); return })
	if err != nil {
		return nil, err
	}
	var out []string
	for _, id := range ids {
		s := "project/" + id
		if in[s] && parents[s] == "" && (groups == nil || groups[s] == value) {
			out = append(out, s)
		}
	}
	return out, nil
}

// datedGroups are those whose membership is stated with its day.
var datedGroups = []string{"level", "class", "front", "industry", "local", "line"}

// standing reads a text that stands since a day, as it stood in a month: for all subjects, "" where none.
func (f *Facts) standing(fact string, m calendar.Month, at figure.At) (map[string]string, error) {
	rows, err := f.s.db.QueryContext(f.ctx, `SELECT subject, value FROM datum WHERE district = $1 AND fact = $2 AND period <= $3 AND seq <= $4 ORDER BY subject, seq`,
		f.Code, fact, m.Last().String(), known(at))
	out := map[string]string{}
	_, err = scanAll(rows, err, func(r *sql.Rows) (x struct{}, err error) {
		var s, v string
		err = r.Scan(&s, &v)
		out[s] = strings.TrimPrefix(v, "t:")
		return
	})
	return out, err
}

var groupColumns = map[string]string{"industry": "industry", "local": "local_unit", "level": "level", "class": "class", "front": "front",
	"line": "line_unit", "lead": "lead", "stage": "stage"}

// FreezeOf tells by which entry a month was closed; nil while it is open.
func (f *Facts) FreezeOf(m calendar.Month) (*figure.Freeze, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if fz, ok := f.freeze[m]; ok {
		return fz, nil
	}
	var doc struct {
		State     string
		FreezeSeq int64  `json:"freeze_seq"`
		FreezeAt  string `json:"freeze_at"`
		Freeze    *struct {
			Pack     string
			RulesSum string `json:"rules_sum"`
		}
	}
	ok, err := f.Get("month", m.String(), &doc)
	if err != nil {
		return nil, err
	}
	var fz *figure.Freeze
	if ok && doc.Freeze != nil {
		fz = &figure.Freeze{Seq: doc.FreezeSeq, RecordedAt: doc.FreezeAt, RulesSum: doc.Freeze.RulesSum, Pack: doc.Freeze.Pack}
	}
	f.freeze[m] = fz
	return fz, nil
}

// Frozen reads a closed month's values of one figure.
func (f *Facts) Frozen(_ context.Context, name string, subjects []string, m calendar.Month) (map[string]rules.Value, *figure.Freeze, error) {
	fz, err := f.FreezeOf(m)
	if err != nil || fz == nil {
		return nil, nil, err
	}
	q, args := `SELECT subject, value FROM frozen WHERE district = $1 AND month = $2 AND name = $3`, []any{f.Code, m.String(), name}
	if len(subjects) <= 200 {
		q += ` AND subject IN ` + marks(4, len(subjects))
		for _, s := range subjects {
			args = append(args, s)
		}
	}
	rows, err := f.q.QueryContext(f.ctx, q, args...)
	out := map[string]rules.Value{}
	_, err = scanAll(rows, err, func(r *sql.Rows) (x struct{}, err error) {
		var s, v string
		if err = r.Scan(&s, &v); err == nil {
			out[s], err = rules.ParseValue(v)
		}
		return
	})
	return out, fz, err
}

// First is the earliest month that was opened or reported.
func (f *Facts) First(context.Context) (calendar.Month, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.first.IsZero() {
		return f.first, nil
	}
	var id sql.NullString
	err := f.q.QueryRowContext(f.ctx, `SELECT MIN(id) FROM doc WHERE district = $1 AND kind = 'month'`, f.Code).Scan(&id)
	if err != nil || !id.Valid {
		return calendar.Month{}, friendly(err)
	}
	f.first, err = calendar.ParseMonth(id.String)
	return f.first, err
}

// reasonIn finds the reason that a correcting entry gives.
func reasonIn(e ledger.Entry) string {
	if e.Corrects == 0 && e.Kind != "dispatch.accepted/1" && e.Kind != "dispatch.returned/1" {
		return ""
	}
	return stringField(e.Body, "reason")
}
