package app

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/kernel/table"
)

// CaseGroup 件组 is what a figure of cases is about: those of a use, with which some parties have to do, handled by a unit, at a level, of
// a kind, waiting for somebody, given by a meeting. Its subject is written cases/problem/of:U12/unit:U3/level:2.
type CaseGroup struct {
	Use     string
	Parties []string // nil: everybody's
	Unit    string   // nobody: handled by none
	Level   int
	Kind    string
	Next    string // the post whose turn it is; nobody: it waits for whoever keeps the desk
	NextOf  string // the unit whose turn it is, as such
	Meeting string // tasks that this meeting gave
}

// Nobody stands in a group for the unit or the post that is not named.
const Nobody = "-"

const groupPrefix = casework.GroupWords + "/"

// Subject writes a group as figures name it; the same group is always written the same way.
func (g CaseGroup) Subject() string {
	var b strings.Builder
	b.WriteString(groupPrefix + g.Use)
	add := func(key, value string) {
		if value != "" {
			b.WriteString("/" + key + ":" + strings.ReplaceAll(value, "/", "|"))
		}
	}
	for _, p := range slices.Sorted(slices.Values(g.Parties)) {
		add("of", cmp.Or(p, Nobody))
	}
	if g.Parties != nil && len(g.Parties) == 0 { // nobody's is not everybody's
		add("of", Nobody)
	}
	add("unit", g.Unit)
	if g.Level > 0 {
		add("level", strconv.Itoa(g.Level))
	}
	add("kind", g.Kind)
	add("next", g.Next)
	add("nextof", g.NextOf)
	add("meeting", g.Meeting)
	return b.String()
}

// ParseCaseGroup reads a subject back; ok is false for one that is no group of cases.
func ParseCaseGroup(subject string) (g CaseGroup, ok bool) {
	text, ok := strings.CutPrefix(subject, groupPrefix)
	if !ok {
		return g, false
	}
	parts := strings.Split(text, "/")
	g.Use = parts[0]
	for _, p := range parts[1:] {
		key, value, _ := strings.Cut(p, ":")
		value = strings.ReplaceAll(value, "|", "/")
		switch key {
		case "of":
			if g.Parties = append(some(g.Parties), value); value == Nobody {
				g.Parties = g.Parties[:len(g.Parties)-1]
			}
		case "unit":
			g.Unit = value
		case "level":
			g.Level, _ = strconv.Atoi(value)
		case "kind":
			g.Kind = value
		case "next":
			g.Next = value
		case "nextof":
			g.NextOf = value
		case "meeting":
			g.Meeting = value
		default:
			return g, false
		}
	}
	return g, g.Use != "" && g.Subject() == subject
}

func some(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// filter finds the cases of a group; those of a meeting are named by it.
func (g CaseGroup) filter(v table.Reader) (CaseFilter, error) {
	f := CaseFilter{Use: g.Use, Parties: g.Parties, Level: g.Level, Kind: g.Kind}
	if f.Unit = g.Unit; g.Unit == Nobody {
		f.Unit, f.NoUnit = "", true
	}
	if f.NextPost = g.Next; g.Next == Nobody {
		f.NextPost, f.NoTurn = "", true
	}
	if g.NextOf != "" {
		f.NextUnit, f.NoPost = g.NextOf, true
	}
	if g.Meeting != "" {
		m, err := dispatch.MeetingOf(v, g.Meeting)
		if err != nil {
			return f, err
		}
		f.IDs = append([]string{}, m.Tasks()...)
	}
	return f, nil
}

// by are the columns that tell groups of the same cases apart, and key finds this group among them.
func (g CaseGroup) by() (columns []string) {
	for _, c := range []struct {
		set     bool
		columns []string
	}{{g.Unit != "", []string{"unit"}}, {g.Level > 0, []string{"level"}}, {g.Kind != "", []string{"kind"}}, {g.Next != "" || g.NextOf != "", []string{"next_unit", "next_post"}}} {
		if c.set {
			columns = append(columns, c.columns...)
		}
	}
	return columns
}

// holds tells whether a count by those columns belongs to the group.
func (g CaseGroup) holds(by map[string]string) bool {
	is := func(want, got string) bool { return want == "" || want == cmp.Or(got, Nobody) }
	level, _ := strconv.Atoi(by["level"])
	return is(g.Unit, by["unit"]) && (g.Level == 0 || g.Level == level) && is(g.Kind, by["kind"]) && g.turn(by["next_unit"], by["next_post"])
}

func (g CaseGroup) turn(unit, post string) bool {
	switch {
	case g.NextOf != "":
		return unit == g.NextOf && post == ""
	case g.Next == Nobody:
		return unit == "" && post == ""
	}
	return g.Next == "" || g.Next == post
}

// MaySeeGroup refuses whoever may not read the figures of a group: what a desk makes of its cases, whole, by level and by kind, is open
// to all who read cases; what one unit or post has on its hands, to those who may open each of these cases.
func MaySeeGroup(v table.Reader, by org.Signer, g CaseGroup) error {
	s, err := SightOf(v, by)
	if err != nil || s.All {
		return err
	}
	if g.Parties == nil {
		if g.Unit != "" || g.Next != "" || g.NextOf != "" || g.Meeting != "" {
			return org.ErrForbidden.With("deed", "read.case")
		}
		return nil
	}
	f, err := s.limit(v, CaseFilter{Parties: g.Parties})
	if err == nil && len(f.Parties) < len(g.Parties) {
		err = org.ErrForbidden.With("deed", "read.case")
	}
	return err
}
