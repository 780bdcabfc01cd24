package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"shigan/app"
)

// The application sees the store through its own interfaces.
var (
	_ app.Store  = (*Store)(nil)
	_ app.Reader = (*District)(nil)
	_ app.Batch  = (*Batch)(nil)
	_ app.Facts  = (*Facts)(nil)
)

// Begin, In and Facts hand out the parts as the application's interfaces.
func (s *Store) Begin(ctx context.Context, district string) (app.Batch, error) {
	b, err := s.begin(ctx, district)
	if err != nil {
		return nil, err // not a nil *Batch in an interface
	}
	return b, nil
}

func (s *Store) In(ctx context.Context, district string) app.Reader { return s.in(ctx, district) }

func (d *District) Facts() app.Facts { return d.facts() }

// plain makes a text stand for itself in a LIKE.
var plain = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// where writes a filter as SQL.
func (d *District) where(f app.ProjectFilter) (string, []any) {
	args := []any{d.Code}
	var b strings.Builder
	b.WriteString(` WHERE p.district = $1`)
	add := func(cond string, v any) {
		args = append(args, v)
		b.WriteString(" AND " + strings.ReplaceAll(cond, "?", marks(len(args), 1)[1:len(marks(len(args), 1))-1]))
	}
	for _, c := range []struct{ col, v string }{{"level", f.Level}, {"class", f.Class}, {"front", f.Front}, {"industry", f.Industry}, {"stage", f.Stage},
		{"local_unit", f.Local}, {"line_unit", f.Line}, {"owner_unit", f.Owner}, {"lead", f.Lead}, {"parent", f.Parent}} {
		if c.v != "" { // always in this order: the database keeps the plan of a statement it has seen
			add("p."+c.col+" = ?", c.v)
		}
	}
	if f.List != "" {
		add(`p.lists LIKE ? ESCAPE '!'`, "% "+plain.Replace(f.List)+" %")
	}
	if f.Query != "" {
		q := "%" + plain.Replace(strings.ToLower(f.Query)) + "%"
		add(`(LOWER(p.name) LIKE ? ESCAPE '!' OR p.pinyin LIKE ? ESCAPE '!' OR LOWER(p.id) LIKE ? ESCAPE '!')`, q)
	}
	if f.Listed {
		b.WriteString(` AND p.listed = 1`)
	}
	if f.PlanYear > 0 {
		add(`p.plan_year = ?`, f.PlanYear)
	}
	if f.Moved {
		b.WriteString(` AND p.moved > 0`)
	}
	if f.FinishFrom != "" {
		add(`p.finish >= ?`, f.FinishFrom)
	}
	if f.FinishTo != "" {
		add(`p.finish <= ? AND p.finish <> ''`, f.FinishTo)
	}
	in := func(col string, vals []string) {
		b.WriteString(" AND p." + col + " IN " + marks(len(args)+1, len(vals)))
		for _, v := range vals {
			args = append(args, v)
		}
	}
	if f.ReachUnits != nil {
		if len(f.ReachUnits) == 0 {
			b.WriteString(" AND 1 = 0")
		} else if f.ReachLink == "owner" {
			in("owner_unit", f.ReachUnits)
		} else {
			in("local_unit", f.ReachUnits)
		}
	}
	if f.IDs != nil {
		if len(f.IDs) == 0 {
			b.WriteString(" AND 1 = 0")
		} else {
			in("id", f.IDs)
		}
	}
	return b.String(), args
}

// Projects lists projects.
func (d *District) Projects(f app.ProjectFilter) ([]app.ProjectLine, error) {
	where, args := d.where(f)
	q := `SELECT p.id, p.name, p.level, p.class, p.front, p.industry, p.place, p.owner_unit, p.local_unit, p.line_unit, p.lead, p.stage, p.lists, p.finish, p.parent, p.moved FROM project_row p`
	order := map[string]string{"name": "p.name", "finish": "p.finish", "moved": "p.moved", "plan": "p.plan"}[f.Sort]
	if order == "" {
		order = "p.id"
	}
	dir := ""
	if f.Desc {
		dir = " DESC"
	}
	q += where + ` ORDER BY ` + order + dir + `, p.id`
	if f.Limit > 0 {
		args = append(args, f.Limit, f.Offset)
		q += ` LIMIT ` + strings.Trim(marks(len(args)-1, 1), "()") + ` OFFSET ` + strings.Trim(marks(len(args), 1), "()")
	}
	rows, err := d.q.QueryContext(d.ctx, q, args...)
	return scanAll(rows, err, func(r *sql.Rows) (l app.ProjectLine, err error) {
		err = r.Scan(&l.ID, &l.Name, &l.Level, &l.Class, &l.Front, &l.Industry, &l.Place, &l.OwnerUnit, &l.LocalUnit, &l.LineUnit, &l.Lead, &l.Stage, &l.Lists, &l.Finish, &l.Parent, &l.Moved)
		return
	})
}

// CountProjects counts them.
func (d *District) CountProjects(f app.ProjectFilter) (n int, err error) {
	where, args := d.where(f)
	err = d.q.QueryRowContext(d.ctx, `SELECT COUNT(*) FROM project_row p`+where, args...).Scan(&n)
	return n, friendly(err)
}

// Distinct lists the values of a column among the projects within reach, in order; lists are taken apart.
func (d *District) Distinct(column string, reach app.ProjectFilter) ([]string, error) {
	col, ok := groupColumns[column]
	if column == "lists" {
		col, ok = "lists", true
	}
	if !ok {
		return nil, nil
	}
	where, args := d.where(app.ProjectFilter{ReachLink: reach.ReachLink, ReachUnits: reach.ReachUnits})
	rows, err := d.s.db.QueryContext(d.ctx, `SELECT DISTINCT p.`+col+` FROM project_row p`+where, args...)
	all, err := scanAll(rows, err, func(r *sql.Rows) (s string, err error) { err = r.Scan(&s); return })
	var out []string
	for _, v := range all {
		parts := []string{v}
		if column == "lists" {
			parts = strings.Fields(v)
		}
		for _, p := range parts {
			if p != "" && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	slices.Sort(out)
	return out, err
}
