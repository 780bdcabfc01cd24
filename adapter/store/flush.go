package store

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"shigan/kernel/ledger"
)

// insert writes many rows. tail is the ON CONFLICT part. Each statement has one of few texts, so that its connection has it parsed and
// planned already: PostgreSQL gets all rows as one array for each column, SQLite (kept.go) so many rows a statement.
func (b *Batch) insert(head, tail string, width, n int, row func(i int) []any) error {
	if n == 0 {
		return nil
	}
	if !b.s.rowByRow {
		return b.insertArrays(head, tail, width, n, row)
	}
	args := make([]any, 0, rowsAtOnce[0]*width)
	for i := 0; i < n; {
		per := rowsAtOnce[slices.IndexFunc(rowsAtOnce, func(k int) bool { return k <= n-i })]
		args = args[:0]
		for range per {
			args = append(args, row(i)...)
			i++
		}
		for k, v := range args {
			if text, ok := v.(string); ok {
				args[k] = storable(text)
			}
		}
		if err := b.exec(valuesText(head, tail, width, per), args...); err != nil {
			return err
		}
	}
	return nil
}

// rowsAtOnce are how many rows SQLite gets in one statement.
var rowsAtOnce = []int{16, 4, 1}

type valuesKey struct {
	head, tail  string
	width, rows int
}

var valuesTexts sync.Map // valuesKey → string

func valuesText(head, tail string, width, rows int) string {
	key := valuesKey{head, tail, width, rows}
	if text, ok := valuesTexts.Load(key); ok {
		return text.(string)
	}
	one := "(" + strings.Repeat("?,", width-1) + "?)"
	text := head + strings.Repeat(one+",", rows-1) + one + tail
	valuesTexts.Store(key, text)
	return text
}

// insertArrays writes rows column by column. A column's type is that of its first value.
func (b *Batch) insertArrays(head, tail string, width, n int, row func(i int) []any) error {
	columns := make([]any, width)
	for i := range n {
		for k, v := range row(i) {
			ok := false
			switch x := v.(type) {
			case string:
				columns[k], ok = appended(columns[k], storable(x))
			case int:
				columns[k], ok = appended(columns[k], int64(x))
			case int64:
				columns[k], ok = appended(columns[k], x)
			case []byte:
				columns[k], ok = appended(columns[k], x)
			}
			if !ok {
				return fmt.Errorf("%s: %T in column %d of row %d", head, v, k+1, i+1)
			}
		}
	}
	var text strings.Builder
	text.WriteString(strings.TrimSuffix(head, "VALUES ") + "SELECT * FROM UNNEST(")
	for k, c := range columns {
		if k > 0 {
			text.WriteByte(',')
		}
		kind := "text"
		switch c.(type) {
		case []int64:
			kind = "bigint"
		case [][]byte:
			kind = "bytea"
		}
		fmt.Fprintf(&text, "$%d::%s[]", k+1, kind)
	}
	text.WriteString(")" + tail)
	return b.exec(text.String(), columns...)
}

// appended is not ok where a column holds values of another type.
func appended[T any](to any, v T) (any, bool) {
	list, ok := to.([]T)
	return append(list, v), ok || to == nil
}

// storable takes out of a text what one engine keeps and the other refuses: zero characters and broken UTF-8. Entries have
// neither, since app refuses them, so no hash is touched by this.
func storable(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

func (b *Batch) flush(nodes []ledger.Node) error {
	l := b.base
	if err := b.insert(`INSERT INTO ledger_entry (district, seq, kind, subject, effective_on, recorded_at, actor, post, body, evidence, corrects, idem, leaf) VALUES `,
		"", 13, len(l.entries), func(i int) []any {
			e := l.entries[i]
			return []any{b.district, e.Seq, e.Kind, e.Subject, e.EffectiveOn, e.RecordedAt, e.Actor, e.Post, string(e.Body), evidenceText(e.Evidence), e.Corrects, e.Key, e.Leaf}
		}); err != nil {
		return err
	}
	if err := b.insert(`INSERT INTO ledger_node (district, level, idx, hash) VALUES `, "", 4, len(nodes), func(i int) []any {
		return []any{b.district, nodes[i].Level, nodes[i].Index, nodes[i].Hash}
	}); err != nil {
		return err
	}
	files := slices.Sorted(maps.Keys(l.files))
	if err := b.insert(`INSERT INTO evidence (district, digest, name, media, size, bytes) VALUES `, ` ON CONFLICT (district, digest) DO NOTHING`, 6, len(files), func(i int) []any {
		f := l.files[files[i]]
		return []any{b.district, f.Digest, f.Name, f.Media, len(f.Bytes), f.Bytes}
	}); err != nil {
		return err
	}
	return b.flushProjections()
}

func evidenceText(ev []string) string {
	if len(ev) == 0 {
		return "[]"
	}
	raw, _ := json.Marshal(ev)
	return string(raw)
}

// flushProjections writes the read tables, which replay uses alone. What waits must be sent after it.
func (b *Batch) flushProjections() error {
	l := b.base
	docs := slices.SortedFunc(maps.Keys(l.docs), func(x, y [2]string) int { return strings.Compare(x[0]+"\x00"+x[1], y[0]+"\x00"+y[1]) })
	if err := b.insert(`INSERT INTO doc (district, kind, id, name, parent, stage, seq, body) VALUES `,
		` ON CONFLICT (district, kind, id) DO UPDATE SET name = excluded.name, parent = excluded.parent, stage = excluded.stage, seq = excluded.seq, body = excluded.body`,
		8, len(docs), func(i int) []any {
			d := l.docs[docs[i]]
			return []any{b.district, docs[i][0], docs[i][1], d.name, d.parent, d.stage, d.seq, string(d.body)}
		}); err != nil {
		return err
	}
	data := slices.Clone(l.datums)
	seen := map[datumRow]bool{} // one entry may state a fact twice; the last one stands
	slices.Reverse(data)
	data = slices.DeleteFunc(data, func(d datumRow) bool {
		k := datumRow{d.fact, d.period, d.subject, d.seq, ""}
		if seen[k] {
			return true
		}
		seen[k] = true
		return false
	})
	slices.Reverse(data)
	if err := b.insert(`INSERT INTO datum (district, fact, period, subject, seq, value) VALUES `, "", 6, len(data), func(i int) []any {
		d := data[i]
		return []any{b.district, d.fact, d.period, d.subject, d.seq, d.value}
	}); err != nil {
		return err
	}
	if err := b.insert(`INSERT INTO frozen (district, month, name, subject, seq, value) VALUES `, "", 6, len(l.frozen), func(i int) []any {
		f := l.frozen[i]
		return []any{b.district, f.month, f.name, f.subject, f.seq, f.value}
	}); err != nil {
		return err
	}
	rows := slices.Sorted(maps.Keys(l.rows))
	if err := b.insert(`INSERT INTO project_row (district, id, `+strings.Join(projectColumns, ", ")+`) VALUES `,
		` ON CONFLICT (district, id) DO UPDATE SET `+excluded(projectColumns), 2+len(projectColumns), len(rows), func(i int) []any {
			return append([]any{b.district, rows[i]}, l.rows[rows[i]]...)
		}); err != nil {
		return err
	}
	if err := b.flushCases(); err != nil {
		return err
	}
	return b.flushMessages()
}

func excluded(cols []string) string {
	var parts []string
	for _, c := range cols {
		parts = append(parts, c+" = excluded."+c)
	}
	return strings.Join(parts, ", ")
}
