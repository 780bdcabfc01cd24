package web

import (
	"fmt"
	"html/template"
	"math/big"
	"net/url"
	"strings"

	"shigan/app"
	"shigan/engine/draw"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
	"shigan/kernel/words"
)

// WhyURL is the address of a figure's reasons.
func WhyURL(f app.Fig) string {
	q := url.Values{"f": {f.Name}, "s": {f.Subject}, "m": {f.Month.String()}}
	if f.Pack != "" {
		q.Set("pack", f.Pack)
	}
	return "/why?" + q.Encode()
}

// funcs are what templates may call. Every one that prints a number takes an app.Fig or is marked as no figure.
func funcs(lang words.Lang) template.FuncMap {
	t := func(key string, args ...any) string { return words.Say(lang, key, args...) }
	return template.FuncMap{
		"t":     t,
		"lang":  func() words.Lang { return lang },
		"label": func(prefix, key string) string { return labelOf(lang, prefix, key) },
		"says":  func(key string, args ...any) template.HTML { return saysHTML(lang, key, args...) },
		"cell":  func(f app.Fig) template.HTML { return cellHTML(lang, f) },
		"some":  func(f app.Fig) bool { return count(f) > 0 },
		"num":   func(f app.Fig) template.HTML { return numHTML(lang, f, f.Unit, true) },
		"yi":    func(f app.Fig) template.HTML { return numHTML(lang, f, quantity.UnitYiYuan, false) },
		"wan":   func(f app.Fig) template.HTML { return numHTML(lang, f, quantity.UnitWanYuan, false) },
		"yiu":   func(f app.Fig) template.HTML { return numHTML(lang, f, quantity.UnitYiYuan, true) },
		"bare":  func(f app.Fig) template.HTML { return numHTML(lang, f, f.Unit, false) },
		"big":   func(f app.Fig, unit string) template.HTML { return bigHTML(lang, f, quantity.Unit(unit)) },
		"gap":   func(f app.Fig) template.HTML { return gapHTML(lang, f) },
		"ju":    func(f app.Fig, name string) template.HTML { return juHTML(lang, f, name) },
		"light": func(f app.Fig) template.HTML { return lightHTML(lang, f, true) },
		"lamp":  func(f app.Fig) template.HTML { return lightHTML(lang, f, false) },
		"bar":   func(value, mark app.Fig) template.HTML { return barHTML(lang, value, mark) },
		"shape": func(hue string) template.HTML { return draw.Light(hue, "") },
		"hue":   func(hue string) string { return t("hue." + hue) },
		"entry": func(seq int64, number string) template.HTML { return entryHTML(seq, number) },
		"day":   func(s string) template.HTML { return dayHTML(s) },
		"upper": func(s string) string { return upper(lang, s) },
		"stamp": func(s string) template.HTML { return stampHTML(s) },
		"plain": func(v any) template.HTML {
			return template.HTML(`<span data-plain>` + template.HTMLEscapeString(fmt.Sprint(v)) + `</span>`)
		},
		"sample": func(yes bool) template.HTML {
			if !yes {
				return ""
			}
			return template.HTML(`<span class="eg">` + template.HTMLEscapeString(t("sample")) + `</span>`)
		},
		"fen":    func(f quantity.Fen) string { return quantity.FormatYi(f, 2) },
		"month":  func(m calendar.Month) string { return monthText(lang, m) },
		"dict":   dict,
		"list":   func(v ...any) []any { return v },
		"add":    func(a, b int) int { return a + b },
		"lights": func() []string { return []string{"start", "progress", "money", "library"} },
		"join":   strings.Join,
	}
}

func dict(pairs ...any) map[string]any {
	m := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return m
}

// labelOf finds prefix.key in the catalogue; what is not there is shown as it is (a list's own word).
func labelOf(lang words.Lang, prefix, key string) string {
	if key == "" {
		return ""
	}
	if k := prefix + "." + key; words.Has(k) {
		return words.Say(lang, k)
	}
	return key
}

func attrs(f app.Fig) string {
	return fmt.Sprintf(`data-fig="%s" data-why href="%s"`, template.HTMLEscapeString(f.Name+" "+f.Subject+" "+f.Month.String()), template.HTMLEscapeString(WhyURL(f)))
}

// numHTML is a figure inside a sentence or a table: dotted underline, opens its reasons.
func numHTML(lang words.Lang, f app.Fig, unit quantity.Unit, withUnit bool) template.HTML {
	if f.Name == "" {
		return "—"
	}
	s := f.In(unit, lang)
	text := s.Text
	if withUnit {
		text = s.String()
	} else if s.Unit == "%" {
		text = s.Text
	}
	title := ""
	if f.Value.IsMissing() {
		title = ` title="` + template.HTMLEscapeString(f.Missing(lang)) + `"`
	}
	return template.HTML(`<a class="w" ` + attrs(f) + title + `>` + template.HTMLEscapeString(text) + `</a>`)
}

// bigHTML is a figure's value, its unit and its 据.
func bigHTML(lang words.Lang, f app.Fig, unit quantity.Unit) template.HTML {
	if unit == "" {
		unit = f.Unit
	}
	s := f.In(unit, lang)
	return template.HTML(`<span class="v" data-fig="` + template.HTMLEscapeString(f.Name+" "+f.Subject+" "+f.Month.String()) + `">` + template.HTMLEscapeString(s.Text) +
		`<span class="u">` + template.HTMLEscapeString(s.Unit) + `</span>` + string(juHTML(lang, f, "")) + `</span>`)
}

func juHTML(lang words.Lang, f app.Fig, name string) template.HTML {
	if name == "" {
		name = words.Say(lang, "why.of-this")
	}
	return template.HTML(`<a class="ju" ` + attrs(f) + ` aria-label="` + template.HTMLEscapeString(words.Say(lang, "why.of", "name", name)) + `">` + words.Say(lang, "why.mark") + `</a>`)
}

// gapHTML says a gap in a word: 慢 3.4 or 快 2.5, never with a sign.
func gapHTML(lang words.Lang, f app.Fig) template.HTML {
	if f.Value.IsMissing() {
		return numHTML(lang, f, f.Unit, false)
	}
	r := figure.InUnit(f.Value.Num.Rat, f.Unit)
	key := "gap.behind"
	if r.Sign() < 0 {
		key = "gap.ahead"
	}
	text := words.Say(lang, key, "n", quantity.Show(new(big.Rat).Abs(r), f.Unit, lang).Text)
	if r.Sign() == 0 {
		text = words.Say(lang, "gap.none")
	}
	return template.HTML(`<a class="w" ` + attrs(f) + `>` + template.HTMLEscapeString(text) + `</a>`)
}

var hueClass = map[string]string{"green": "g", "yellow": "y", "red": "r", "blue": "bl", "none": "n"}

// lightHTML is a light: shape and word, or in dense tables the shape with its name for those who do not see it.
func lightHTML(lang words.Lang, f app.Fig, word bool) template.HTML {
	hue := f.Hue()
	if _, ok := hueClass[hue]; !ok {
		hue = "none"
	}
	name := words.Say(lang, "hue."+hue)
	if !word {
		return template.HTML(`<a class="lamp" ` + attrs(f) + `>` + string(draw.Light(hue, name)) + `</a>`)
	}
	return template.HTML(`<a class="lt ` + hueClass[hue] + `" ` + attrs(f) + `>` + string(draw.Light(hue, "")) + template.HTMLEscapeString(name) + `</a>`)
}

// barHTML draws how much is done, with a mark where the calendar stands.
func barHTML(lang words.Lang, value, mark app.Fig) template.HTML {
	v, ok := value.Float()
	if !ok {
		return ""
	}
	m, _ := mark.Float()
	return draw.Bar(v, m, 1, 84, words.Say(lang, "bar.of", "value", value.Text(lang).String(), "mark", mark.Text(lang).String()))
}

// entryHTML is a link to a ledger entry.
func entryHTML(seq int64, number string) template.HTML {
	if seq == 0 {
		return ""
	}
	if number == "" {
		number = fmt.Sprintf("L-%d", seq)
	}
	return template.HTML(fmt.Sprintf(`<a class="l mono" data-entry href="/entry/%d">%s</a>`, seq, template.HTMLEscapeString(number)))
}

func dayHTML(s string) template.HTML {
	if s == "" {
		return "—"
	}
	return template.HTML(`<time datetime="` + template.HTMLEscapeString(s) + `">` + template.HTMLEscapeString(s) + `</time>`)
}

// stampHTML shows an instant of the ledger on the house's clock.
func stampHTML(s string) template.HTML {
	at, err := parseStamp(s)
	if err != nil {
		return template.HTML(template.HTMLEscapeString(s))
	}
	return template.HTML(`<time datetime="` + s + `">` + at.In(calendar.Zone).Format("2006-01-02 15:04") + `</time>`)
}

func monthText(lang words.Lang, m calendar.Month) string { return m.Prose(lang, 0) }

var _ = rules.LightPrefix
var _ = ledger.TimeLayout
