package api

import (
	"encoding/json"
	"math"
	"math/big"
	"strconv"

	"shigan/app"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
	"shigan/kernel/words"

	"github.com/danielgtaylor/huma/v2"
)

const timeLayout = ledger.TimeLayout

// Money 金额 goes out as a decimal text in yuan, exact to the fen, and comes in so or as clerks write it (4200万, 1.20亿元). A JSON
// number is refused, since programs read it as a float.
type Money struct {
	quantity.Fen
	err error
}

func (Money) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "money", Examples: []any{"42000000.00", "4200万"}, MaxLength: new(64)}
}

// MarshalJSON writes yuan with two decimals.
func (m Money) MarshalJSON() ([]byte, error) {
	return json.Marshal(m.Fen.Rat().FloatString(2))
}

// UnmarshalJSON keeps the refusal for Resolve, which knows the field.
func (m *Money) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	got, err := quantity.ParseMoney(text, quantity.Yuan)
	if err == nil && got.Approximate {
		err = errApprox.With("text", text)
	}
	m.Fen, m.err = got.Fen, err
	return nil
}

func (m *Money) Resolve(_ huma.Context, at *huma.PathBuffer) []error { return wrong(at, m.err) }

// Month 月份 is written 2022-06.
type Month struct {
	calendar.Month
	err error
}

func (Month) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "month", Examples: []any{"2022-06"}, MaxLength: new(32)}
}

// UnmarshalText keeps the refusal for Resolve, which knows the field.
func (m *Month) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	m.Month, m.err = calendar.ParseMonth(string(b))
	return nil
}

func (m *Month) Resolve(_ huma.Context, at *huma.PathBuffer) []error { return wrong(at, m.err) }

// Decimal 小数 is a number that is no whole one, such as odds or days: a decimal text out and in, so that no program rounds it on the way.
type Decimal float64

func (Decimal) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "decimal", Pattern: `^-?[0-9]+(\.[0-9]+)?$`, Examples: []any{"0.2598"}, MaxLength: new(32)}
}

// MarshalText writes at most six digits after the point.
func (d Decimal) MarshalText() ([]byte, error) {
	return []byte(strconv.FormatFloat(math.Round(float64(d)*1e6)/1e6, 'f', -1, 64)), nil
}

// UnmarshalText reads what the pattern lets through.
func (d *Decimal) UnmarshalText(b []byte) error {
	x, err := strconv.ParseFloat(string(b), 64)
	*d = Decimal(x)
	return err
}

func wrong(at *huma.PathBuffer, err error) []error {
	if err == nil {
		return nil
	}
	return []error{&fieldFault{at.String(), err}}
}

// Any is JSON of a shape that the document does not fix, such as the body of a ledger entry.
type Any json.RawMessage

func (Any) Schema(huma.Registry) *huma.Schema { return &huma.Schema{} }

func (a Any) MarshalJSON() ([]byte, error) {
	if len(a) == 0 {
		return []byte("null"), nil
	}
	return a, nil
}

func (a *Any) UnmarshalJSON(b []byte) error { *a = append((*a)[:0], b...); return nil }

func money(f quantity.Fen) Money                  { return Money{Fen: f} }
func dispatchMoney(f project.DispatchMoney) Money { return Money{Fen: quantity.Fen(f)} }
func maybeMoney(f *project.DispatchMoney) *Money {
	if f == nil {
		return nil
	}
	m := dispatchMoney(*f)
	return &m
}

// fen gives a sum that may be left out.
func fen(m *Money) *quantity.Fen {
	if m == nil {
		return nil
	}
	return &m.Fen
}

func dispatchFen(m *Money) *project.DispatchMoney { return (*project.DispatchMoney)(fen(m)) }

// Name in both languages.
type Name struct {
	Zh string `json:"zh" maxLength:"400"`
	En string `json:"en,omitempty" maxLength:"400"`
}

// Value 值 is a number, a colour, a text, a date or a truth: exact for programs, printed for people.
type Value struct {
	Kind    string `json:"kind" enum:"number,text,truth,date,list,none"`
	Exact   string `json:"exact,omitempty"`
	Text    string `json:"text"`
	Unit    string `json:"unit"`
	Missing string `json:"missing,omitempty"`
}

// valueOf writes a value in a unit. Exact is a decimal where it ends and a fraction where it does not: 0.15, 1/3.
func valueOf(v rules.Value, unit quantity.Unit, lang words.Lang) Value {
	out := Value{Unit: string(unit), Text: app.Fig{Unit: unit, Value: v}.Text(lang).String()}
	switch {
	case v.IsMissing():
		out.Kind, out.Missing = "none", app.MissingText(v.Num.Why, lang)
	case v.Kind == rules.KindText:
		out.Kind, out.Exact = "text", v.Text
		if unit == rules.UnitHue && words.Has("hue."+v.Text) {
			out.Text = words.Say(lang, "hue."+v.Text)
		}
	case v.Kind == rules.KindBool:
		out.Kind, out.Exact = "truth", "false"
		if v.Bool {
			out.Exact = "true"
		}
	case v.Kind == rules.KindList:
		out.Kind = "list"
		for i, n := range v.List {
			if i > 0 {
				out.Exact += ","
			}
			out.Exact += exact(n.Rat)
		}
		out.Text = out.Exact
	case unit == rules.UnitDate:
		out.Kind = "date"
		if d, ok := rules.DayOf(v.Num.Rat); ok {
			out.Exact = d.String()
		}
	default:
		out.Kind, out.Exact = "number", exact(figure.InUnit(v.Num.Rat, unit))
	}
	return out
}

func exact(r *big.Rat) string {
	if n, ends := r.FloatPrec(); ends {
		return r.FloatString(n)
	}
	return r.RatString()
}

func figOf(f app.Fig, lang words.Lang) Value { return valueOf(f.Value, f.Unit, lang) }

// figsOf writes the figures of one subject.
func figsOf(figs *app.Figures, names []string, subject string, lang words.Lang) map[string]Value {
	out := make(map[string]Value, len(names))
	for _, n := range names {
		out[n] = figOf(figs.Of(n, subject), lang)
	}
	return out
}

// some makes an empty list out of none, since a list in an answer is never null.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// each turns one list into another.
func each[A, B any](list []A, f func(A) B) []B {
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = f(a)
	}
	return out
}
