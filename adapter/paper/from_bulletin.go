package paper

import (
	"crypto/sha256"
	"encoding/base32"
	"math/big"
	"net/url"
	"strings"

	"shigan/app"
	"shigan/kernel/figure"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
	"shigan/kernel/words"
)

// codeOf is the verification code of a paper: eight letters and digits out of the digest of what it says.
func codeOf(content []byte) string {
	sum := sha256.Sum256(content)
	s := base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding).EncodeToString(sum[:5])
	return s[:4] + "-" + s[4:]
}

// whyPath is the address of a figure's reasons.
func whyPath(f app.Fig) string {
	return "/why?" + url.Values{"f": {f.Name}, "s": {f.Subject}, "m": {f.Month.String()}}.Encode()
}

// numOf prints a figure in a unit, with the way back.
func numOf(lang words.Lang, f app.Fig, unit quantity.Unit, entries []int64) Num {
	if unit == "" {
		unit = f.Unit
	}
	s := f.In(unit, lang)
	n := Num{Text: s.Text, Unit: s.Unit, Figure: whyPath(f), Entries: entries}
	if f.Value.IsMissing() || f.Value.Kind != rules.KindNum || f.Unit == rules.UnitDate {
		return n
	}
	r := figure.InUnit(f.Value.Num.Rat, unit)
	if unit == quantity.UnitShare || unit == quantity.UnitPoints {
		r = new(big.Rat).Mul(r, big.NewRat(100, 1))
	}
	n.Exact = decimals(r)
	return n
}

// decimals writes an exact decimal where there is a finite one of sensible length.
func decimals(r *big.Rat) string {
	if k, ok := r.FloatPrec(); ok && k <= 12 {
		return r.FloatString(k)
	}
	return ""
}

// gapOf says how far behind or ahead in a word: 慢 3.4, never with a sign.
func gapOf(lang words.Lang, f app.Fig, entries []int64) Num {
	n := Num{Text: "—", Figure: whyPath(f), Entries: entries}
	if f.Value.IsMissing() || f.Value.Kind != rules.KindNum {
		return n
	}
	r := figure.InUnit(f.Value.Num.Rat, f.Unit)
	size := quantity.Show(new(big.Rat).Abs(r), f.Unit, lang).Text
	n.Text = words.Say(lang, map[int]string{1: "gap.behind", -1: "gap.ahead", 0: "gap.none"}[r.Sign()], "n", size)
	return n
}

// said puts the figures of the content into the catalogue's sentence.
func saidOf(lang words.Lang, b *app.Bulletin, s app.Said) Sentence {
	out := Sentence{Text: words.Say(lang, s.Key, "month", b.Month.Prose(lang, 0), "m", b.Month.Month)}
	for _, u := range s.Uses {
		f := b.Fig(u.Name, u.Subject)
		n := numOf(lang, f, u.Unit, b.From(u.Subject))
		switch u.As {
		case "bare":
			n.Unit = ""
		case "size":
			n.Text, n.Exact = strings.TrimPrefix(n.Text, "-"), strings.TrimPrefix(n.Exact, "-")
		}
		out.Nums = append(out.Nums, n)
	}
	return out
}

// groupColumns are the columns of every table of the bulletin.
var groupColumns = []struct {
	figure, head string
	unit         quantity.Unit
	gap, sum     bool
}{
	{figure: "group_count", head: "bulletin.col.count", sum: true},
	{figure: "group_planned", head: "bulletin.col.planned", unit: quantity.UnitYiYuan, sum: true},
	{figure: "group_invested", head: "bulletin.col.invested", unit: quantity.UnitYiYuan, sum: true},
	{figure: "group_rate", head: "bulletin.col.rate"},
	{figure: "group_lag", head: "bulletin.col.lag", gap: true},
	{figure: "group_green", head: "hue.green", sum: true},
	{figure: "group_yellow", head: "hue.yellow", sum: true},
	{figure: "group_red", head: "bulletin.col.red", sum: true},
	{figure: "group_none", head: "hue.none", sum: true},
}

func tableOf(lang words.Lang, b *app.Bulletin, t app.GroupTable) Table {
	out := Table{By: t.By, Title: words.Say(lang, "bulletin.by."+t.By), Columns: []Column{{Name: words.Say(lang, "bulletin.name."+t.By), Text: true}}}
	for _, c := range groupColumns {
		unit := c.unit
		if unit == "" {
			unit = b.Units[c.figure]
		}
		label := unit.Label(lang)
		switch {
		case c.gap:
			label = words.Say(lang, "bulletin.col.lag.unit")
		case unit == quantity.UnitShare:
			label = "%"
		}
		out.Columns = append(out.Columns, Column{Name: words.Say(lang, c.head), Unit: label, Sum: c.sum && t.Total})
	}
	row := func(group, name string) Row {
		r := Row{Name: name}
		for _, c := range groupColumns {
			f := b.Fig(c.figure, group)
			n := numOf(lang, f, c.unit, b.From(group))
			if c.gap {
				n = gapOf(lang, f, b.From(group))
			}
			if n.Unit == "%" {
				n.Unit = ""
			}
			r.Cells = append(r.Cells, n)
		}
		return r
	}
	for _, g := range t.Groups {
		out.Rows = append(out.Rows, row(g, b.GroupName(g, lang)))
	}
	if t.Total {
		total := row(app.Everything, words.Say(lang, "total"))
		out.Total = &total
	} else {
		out.Note = words.Say(lang, "bulletin.no-total")
	}
	return out
}

// fromBulletin gives the content words and print numbers. content is its canonical form, out of which the code comes.
func fromBulletin(lang words.Lang, b *app.Bulletin, content []byte) (Bulletin, error) {
	out := Bulletin{District: b.Place.In(lang), Office: b.Office.In(lang), Year: b.Month.Year, Month: b.Month.Month, Issue: b.Issue, Pack: b.PackName.In(lang),
		AsOf: b.Month.Last().At(0), FrozenAt: stampTime(b.Frozen.At), Issued: dayTime(b.On), Position: b.Frozen.Size, Digest: b.Frozen.Root, Code: codeOf(content),
		Live: "/bulletin/" + b.Month.String(), Sample: b.Sample, Draft: b.On == ""}
	for _, s := range b.Lede {
		out.Lede = append(out.Lede, saidOf(lang, b, s))
	}
	for _, t := range b.Tables {
		out.Tables = append(out.Tables, tableOf(lang, b, t))
	}
	ranked := func(ids []string) (rs []Ranked) {
		for _, id := range ids {
			l, subject := b.Lines[id], "project/"+id
			rs = append(rs, Ranked{Name: l.Name.In(lang), Unit: l.Unit.In(lang), Sample: l.Sample, Value: numOf(lang, b.Fig(b.Ranked.By, subject), "", b.From(subject))})
		}
		return rs
	}
	out.Tops, out.Bottoms = ranked(b.Ranked.Tops), ranked(b.Ranked.Bottoms)
	out.RankNote = b.RankNote(lang)
	for _, s := range b.Starts {
		l, subject := b.Lines[s.Project], "project/"+s.Project
		out.Starts = append(out.Starts, Start{Name: l.Name.In(lang), Unit: l.Unit.In(lang), On: dayTime(s.On), Sample: l.Sample,
			Invest: numOf(lang, b.Fig("total_investment", subject), quantity.UnitYiYuan, b.From(subject))})
	}
	for _, r := range b.Reds {
		l, subject := b.Lines[r.Project], "project/"+r.Project
		gap := gapOf(lang, b.Fig("lag", subject), b.From(subject))
		if !b.Fig("lag", subject).Value.IsMissing() {
			gap.Unit = words.Say(lang, "points")
		}
		out.Reds = append(out.Reds, Red{Name: l.Name.In(lang), Unit: l.Unit.In(lang), Leader: l.Lead.In(lang), Gap: gap, Reason: Sentence{Text: r.Reason(lang)},
			Deadline: dayTime(r.By), Sample: l.Sample})
	}
	if len(b.Moves) > 0 {
		out.Sections = append(out.Sections, Section{Heading: words.Say(lang, "bulletin.moves", "n", len(b.Moves)), Tables: []Table{movesTable(lang, b)}})
	}
	return out, nil
}

func movesTable(lang words.Lang, b *app.Bulletin) Table {
	say := func(k string) string { return words.Say(lang, k) }
	t := Table{By: "moves", Columns: []Column{{Name: say("paper.col.name"), Text: true}, {Name: say("paper.letter.what"), Text: true}, {Name: say("paper.letter.was"), Text: true},
		{Name: say("paper.letter.now"), Text: true}, {Name: say("paper.letter.reason"), Text: true}}}
	for _, m := range b.Moves {
		l := b.Lines[m.Project]
		t.Rows = append(t.Rows, Row{Name: l.Name.In(lang), Sample: l.Sample, Cells: []Num{{Text: m.WhatIn(lang)}, {Text: m.Was}, {Text: m.Now, Entries: []int64{m.Seq}}, {Text: m.Reason}}})
	}
	return t
}

// fromAmendments sets amendments as sheets: what was printed, what it should be, and why.
func fromAmendments(lang words.Lang, b *app.Bulletin, as []app.AmendmentSheet) []Amendment {
	var out []Amendment
	for _, a := range as {
		x := Amendment{No: a.No, On: dayTime(a.Of.On), Entry: a.Of.Seq, Ref: a.Number}
		pair := func(was, now *big.Rat, unit quantity.Unit) []Num {
			wasN, nowN := quantity.Show(figure.InUnit(was, unit), unit, lang), quantity.Show(figure.InUnit(now, unit), unit, lang)
			return []Num{{Text: wasN.Text, Unit: wasN.Unit}, {Text: nowN.Text, Unit: nowN.Unit, Entries: []int64{a.Of.Seq}}}
		}
		mark := ""
		if a.Sample {
			mark = "{s}"
		}
		x.Text = append(x.Text, Sentence{Text: words.Say(lang, "bulletin.amend.project", "project", a.Name.In(lang)+mark, "month", b.Month.Prose(lang, 0)), Nums: pair(a.Of.Was.Rat(), a.Of.Now.Rat(), quantity.UnitWanYuan)})
		for _, s := range a.Sums {
			unit := s.Unit()
			nums := pair(s.Was, s.Now, unit)
			key := "bulletin.amend.sum"
			if s.RateWas != nil {
				key = "bulletin.amend.sum.rate"
				nums = append(nums, pair(s.RateWas, s.RateNow, quantity.UnitShare)...)
				if nums[2].Text == nums[3].Text {
					key, nums = "bulletin.amend.sum.same", nums[:3]
				}
			}
			x.Text = append(x.Text, Sentence{Text: words.Say(lang, key, "group", b.GroupName(s.Group, lang)), Nums: nums})
		}
		if a.Was != "" && a.Now != "" {
			key := "bulletin.amend.light.same"
			if a.Was != a.Now {
				key = "bulletin.amend.light"
			}
			x.Text = append(x.Text, Sentence{Text: words.Say(lang, key, "was", words.Say(lang, "hue."+a.Was), "now", words.Say(lang, "hue."+a.Now))})
		}
		x.Reason = []Sentence{{Text: a.Of.Reason}}
		x.Code = codeOf([]byte(a.Number + a.Of.Reason))
		out = append(out, x)
	}
	return out
}
