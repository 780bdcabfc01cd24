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
	"raiser", "raiser_post", "next_unit", "next_post", "next_as", "seat", "level", "climbs", "reopened", "returns", "opened", "due", "closed", "closed_by",
	"last_climb", "last_reopen", "halted", "fast", "unfixed", "vacant", "is_open", "parties", "seq"}

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

func (r caseRow) parties() []string { return partiesIn(r.text("parties")) }

func partiesIn(column string) []string {
	var named []string
	json.Unmarshal([]byte(column), &named) // written below; what is no list names nobody
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
	if row.text("due") == "" {
		row[caseColumnAt["due"]] = noDue
	}
	return row
}

// flushCases writes the rows of cases and of those who have to do with them.
func (b *Batch) flushCases() error {
	l := b.base
	if len(l.cases) == 0 {
		return nil
	}
	ids := slices.Sorted(maps.Keys(l.cases))
	was, err := b.partiesBefore(ids)
	if err != nil {
		return err
	}
	if err := b.insert(`INSERT INTO case_row (district, id, `+strings.Join(caseColumns, ", ")+`) VALUES `,
		` ON CONFLICT (district, id) DO UPDATE SET `+excluded(caseColumns), 2+len(caseColumns), len(ids), func(i int) []any {
			return append([]any{b.district, ids[i]}, l.cases[ids[i]]...)
		}); err != nil {
		return err
	}
	type partyRow struct{ party, id string }
	var rows []partyRow
	for _, id := range ids {
		now := l.cases[id].parties()
		for _, p := range was[id] {
			if slices.Contains(now, p) {
				continue
			}
			if _, err := b.tx.ExecContext(b.ctx, `DELETE FROM case_party WHERE district = $1 AND party = $2 AND id = $3`, b.district, p, id); err != nil {
				return err
			}
		}
		for _, p := range now {
			rows = append(rows, partyRow{p, id})
		}
	}
	return b.insert(`INSERT INTO case_party (district, party, id, `+strings.Join(partyColumns, ", ")+`) VALUES `,
		` ON CONFLICT (district, party, id) DO UPDATE SET `+excluded(partyColumns), 8, len(rows), func(i int) []any {
			r := l.cases[rows[i].id]
			return []any{b.district, rows[i].party, rows[i].id, r.number("is_open"), r.number("level"), r.text("due"), r.text("closed"), r.text("use")}
		})
}

var partyColumns = []string{"is_open", "level", "due", "closed", "use"}

// partiesBefore are the parties of cases as the table has them.
func (b *Batch) partiesBefore(ids []string) (map[string][]string, error) {
	out := map[string][]string{}
	for part := range slices.Chunk(ids, 500) {
		args := []any{b.district}
		for _, id := range part {
			args = append(args, id)
		}
		rows, err := b.tx.QueryContext(b.ctx, `SELECT id, parties FROM case_row WHERE district = $1 AND id IN `+marks(2, len(part)), args...)
		if _, err := scanAll(rows, err, func(r *sql.Rows) (x struct{}, err error) {
			var id, parties string
			err = r.Scan(&id, &parties)
			out[id] = partiesIn(parties)
			return
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
