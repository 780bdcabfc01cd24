package store

import (
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// caseColumns are the columns by which cases are listed, in the order of a caseRow.
var caseColumns = []string{"desk", "use", "digest", "kind", "title", "pinyin", "subject", "project", "state", "outcome", "rate", "unit", "post",
	"raiser", "raiser_post", "next_unit", "next_post", "next_as", "seat", "level", "climbs", "reopened", "returns", "opened", "due", "near", "days", "closed", "closed_by",
	"last_climb", "last_reopen", "halted", "fast", "unfixed", "vacant", "is_open", "marks", "parties", "seq"}

var caseColumnAt = func() map[string]int {
	m := map[string]int{}
	for i, c := range caseColumns {
		m[c] = i
	}
	return m
}()

// noDue stands in the column of the due day where there is none, so that these come last.
const noDue = "~"

type caseRow []any

func (r caseRow) text(column string) string  { s, _ := r[caseColumnAt[column]].(string); return s }
func (r caseRow) number(column string) int64 { n, _ := r[caseColumnAt[column]].(int64); return n }

// everybody is the party of those who see all cases.
const everybody = ""

// parties are those who have to do with a case, and everybody; a row that is not there has none.
func (r caseRow) parties() []string {
	if r == nil {
		return nil
	}
	var named []string
	json.Unmarshal([]byte(r.text("parties")), &named) // written by caseRowOf; what is no list names nobody
	return append(named, everybody)
}

func caseRowOf(cols map[string]any, seq int64) caseRow {
	row := make(caseRow, len(caseColumns))
	for i, c := range caseColumns {
		switch v := cols[c].(type) {
		case string:
			row[i] = v
		case int64:
			row[i] = v
		case bool:
			row[i] = int64(0)
			if v {
				row[i] = int64(1)
			}
		case []string:
			raw, _ := json.Marshal(v) // texts always have JSON
			row[i] = string(raw)
		default:
			row[i] = ""
		}
	}
	project, ok := strings.CutPrefix(textOf(cols["subject"]), "project/")
	if !ok {
		project = ""
	}
	row[caseColumnAt["project"]], row[caseColumnAt["pinyin"]], row[caseColumnAt["seq"]] = project, Pinyin(textOf(cols["title"])), seq
	for _, c := range []string{"due", "near"} {
		if row.text(c) == "" {
			row[caseColumnAt[c]] = noDue
		}
	}
	return row
}

// flushCases writes the rows of cases, of those who have to do with them, and what that does to the counts.
func (b *Batch) flushCases() error {
	l := b.base
	if len(l.cases) == 0 {
		return nil
	}
	ids := slices.Sorted(maps.Keys(l.cases))
	was, err := b.casesBefore(ids)
	if err != nil {
		return err
	}
	if err := b.putRows(ids, was); err != nil {
		return err
	}
	type partyRow struct{ party, id string }
	var rows []partyRow
	counts, lapsed := map[counted]int64{}, map[lapsedKey]int64{}
	for _, id := range ids {
		old, now := was[id], l.cases[id]
		before, parties := old.parties(), now.parties()
		old.count(counts, before, -1)
		now.count(counts, parties, 1)
		old.lapsed(lapsed, before, b.lapsed, -1)
		now.lapsed(lapsed, parties, b.lapsed, 1)
		for _, p := range before {
			if slices.Contains(parties, p) {
				continue
			}
			if err := b.exec(`DELETE FROM case_party WHERE district = $1 AND party = $2 AND id = $3`, b.district, p, id); err != nil {
				return err
			}
		}
		same := old != nil && slices.Equal(old.sorted(), now.sorted())
		for _, p := range parties {
			if !same || !slices.Contains(before, p) {
				rows = append(rows, partyRow{p, id})
			}
		}
	}
	if err := b.insert(`INSERT INTO case_party (district, party, id, `+strings.Join(partyColumns, ", ")+`) VALUES `,
		` ON CONFLICT (district, party, id) DO UPDATE SET `+excluded(partyColumns), 3+len(partyColumns), len(rows), func(i int) []any {
			return append([]any{b.district, rows[i].party, rows[i].id}, l.cases[rows[i].id].sorted()...)
		}); err != nil {
		return err
	}
	if err := b.flushCounts(counts); err != nil {
		return err
	}
	return b.flushLapsed(lapsed)
}

// putRows writes the rows of cases. On SQLite a row that is there gets only the columns that changed: each column that is set renews all
// indexes that it is in, whether it changed or not. PostgreSQL looks by itself, and gets them all in one statement.
func (b *Batch) putRows(ids []string, was map[string]caseRow) error {
	fresh := ids
	if b.s.rowByRow {
		fresh = nil
		for _, id := range ids {
			if was[id] == nil {
				fresh = append(fresh, id)
			} else if err := b.updateRow(id, was[id], b.base.cases[id]); err != nil {
				return err
			}
		}
	}
	return b.insert(`INSERT INTO case_row (district, id, `+strings.Join(caseColumns, ", ")+`) VALUES `,
		` ON CONFLICT (district, id) DO UPDATE SET `+excluded(caseColumns), 2+len(caseColumns), len(fresh), func(i int) []any {
			return append([]any{b.district, fresh[i]}, b.base.cases[fresh[i]]...)
		})
}

func (b *Batch) updateRow(id string, old, now caseRow) error {
	var set []string
	var args []any
	for i, c := range caseColumns {
		v := now[i]
		if text, ok := v.(string); ok {
			v = storable(text)
		}
		if v != old[i] {
			set, args = append(set, c+" = ?"), append(args, v)
		}
	}
	if len(set) == 0 {
		return nil
	}
	return b.exec(`UPDATE case_row SET `+strings.Join(set, ", ")+` WHERE district = ? AND id = ?`, append(args, b.district, id)...)
}

// partyColumns are those of a case's row that lists are sorted by, repeated for each party.
var partyColumns = []string{"is_open", "level", "due", "closed", "use"}

func (r caseRow) sorted() []any {
	out := make([]any, len(partyColumns))
	for i, c := range partyColumns {
		out[i] = r[caseColumnAt[c]]
	}
	return out
}

// casesBefore are rows as the table has them; a case that is new has none.
func (b *Batch) casesBefore(ids []string) (map[string]caseRow, error) {
	out := map[string]caseRow{}
	var asked []string
	for _, id := range ids {
		if row, ok := b.recent.rows[id]; ok {
			out[id] = row
		} else if body, read := b.recent.docs[[2]string{"case", id}]; !read || body != nil { // else it is new: it was looked for in vain
			asked = append(asked, id)
		}
	}
	for part := range slices.Chunk(asked, 500) {
		in, args := b.s.among(2, part)
		rows, err := b.tx.QueryContext(b.ctx, `SELECT id, `+strings.Join(caseColumns, ", ")+` FROM case_row WHERE district = $1 AND id `+in, append([]any{b.district}, args...)...)
		if _, err := scanAll(rows, err, func(r *sql.Rows) (x struct{}, err error) {
			var id string
			row, ptrs := make(caseRow, len(caseColumns)), []any{&id}
			for i := range row {
				ptrs = append(ptrs, &row[i])
			}
			err = r.Scan(ptrs...)
			out[id] = row
			return
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
