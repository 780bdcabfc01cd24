package casework

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"shigan/kernel/calendar"
	"shigan/kernel/rules"
)

// Span 时限 is a length of time in the measure that its rule counts in: "5 workdays", "30 days", "2 hours".
type Span struct {
	Amount  int              `json:"amount"`
	Measure calendar.Measure `json:"measure"`
}

// ParseSpan reads what a pack writes.
func ParseSpan(s string) (Span, error) {
	num, unit, _ := strings.Cut(strings.TrimSpace(s), " ")
	n, err := strconv.Atoi(num)
	if err != nil || n < 0 || n > 10_000 {
		return Span{}, fmt.Errorf("no length of time: %q", s)
	}
	switch strings.TrimSuffix(unit, "s") {
	case "minute":
		return Span{n, calendar.InMinutes}, nil
	case "hour":
		return Span{n * 60, calendar.InMinutes}, nil
	case "workday":
		return Span{n, calendar.InWorkdays}, nil
	case "day":
		return Span{n, calendar.InDays}, nil
	}
	return Span{}, fmt.Errorf("no length of time: %q", s)
}

// Dated is a length of time with one value per date, each with its source; the old ones stay.
type Dated map[string]rules.Dated

// On is the value in force on a day; ok is false before the first.
func (d Dated) On(day string) (Span, bool) {
	since := ""
	for from := range d {
		if from <= day && from > since {
			since = from
		}
	}
	if since == "" {
		return Span{}, false
	}
	s, err := ParseSpan(d[since].Value)
	return s, err == nil
}

// check refuses values that can't be read; it gives all lengths, so that others can compare their measures.
func (d Dated) check() ([]Span, error) {
	var out []Span
	for _, day := range slices.Sorted(maps.Keys(d)) {
		if v, err := calendar.ParseDay(day); err != nil || v.String() != day {
			return nil, fmt.Errorf("no day: %q", day)
		}
		s, err := ParseSpan(d[day].Value)
		if err != nil {
			return nil, err
		}
		if d[day].Source == "" || d[day].Checked == "" {
			return nil, fmt.Errorf("%s has no source", d[day].Value)
		}
		out = append(out, s)
	}
	return out, nil
}

// ByKind are lengths of time by the case's kind; AnyKind serves those without one of their own.
type ByKind map[string]Dated

// AnyKind 其余 is the kind that stands for all others.
const AnyKind = "any"

// On is what holds for a kind on a day.
func (b ByKind) On(kind, day string) (Span, bool) {
	if d, ok := b[kind]; ok {
		return d.On(day)
	}
	return b[AnyKind].On(day)
}

// share reads "1/5" as a fraction.
func share(s string) (*big.Rat, bool) {
	if s == "" || strings.Contains(s, " ") {
		return nil, false
	}
	r, ok := new(big.Rat).SetString(s)
	return r, ok && r.Sign() >= 0 && r.Cmp(big.NewRat(1, 1)) <= 0
}
