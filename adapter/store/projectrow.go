package store

import (
	"strings"
	"sync"

	"github.com/mozillazg/go-pinyin"
)

// projectColumns are the columns by which projects are listed, in the order of a projectRow.
var projectColumns = []string{"name", "pinyin", "level", "class", "front", "industry", "place", "owner_unit", "local_unit", "line_unit", "lead",
	"stage", "lists", "finish", "moved", "parent", "listed", "plan_year", "plan", "seq"}

type projectRow []any

func projectRowOf(cols map[string]any, seq int64) projectRow {
	row := make(projectRow, len(projectColumns))
	for i, c := range projectColumns {
		switch c {
		case "pinyin":
			row[i] = Pinyin(textOf(cols["name"]))
		case "seq":
			row[i] = seq
		case "moved", "listed", "plan_year", "plan":
			row[i] = int64(0)
			if n, ok := cols[c].(int64); ok {
				row[i] = n
			}
		default:
			row[i] = textOf(cols[c])
		}
	}
	return row
}

// Pinyin gives "initials full": 营流路 → "yll yingliulu", so that yll and yingliu both find it. Latin letters and digits stay.
// Characters with several readings get the most common one; good enough to search by, never shown.
func Pinyin(s string) string {
	var initials, full strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			initials.WriteRune(r)
			full.WriteRune(r)
		case r > 0x2e80:
			if p := spelt(r); p != "" {
				initials.WriteByte(p[0])
				full.WriteString(p)
			}
		}
	}
	return initials.String() + " " + full.String()
}

var spellings sync.Map // rune → string: the library takes the tones off anew each time

func spelt(r rune) string {
	if s, ok := spellings.Load(r); ok {
		return s.(string)
	}
	s := ""
	if p := pinyin.SinglePinyin(r, pinyin.NewArgs()); len(p) > 0 {
		s = p[0]
	}
	spellings.Store(r, s)
	return s
}
