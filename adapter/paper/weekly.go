package paper

import (
	"context"
	"strings"

	"shigan/app"
	"shigan/kernel/calendar"
	"shigan/kernel/rules"
	"shigan/kernel/words"
)

// Weekly sets the weekly bulletin that is published on a Monday 周协调通报: html, docx or pdf.
func (p Press) Weekly(ctx context.Context, lang words.Lang, o *app.Office, monday calendar.Date, format string) ([]byte, error) {
	w, err := o.WeeklyOf(ctx, monday)
	if err != nil {
		return nil, err
	}
	r := o.Read(ctx)
	b := weeklyPrint{lang: lang, w: w, r: r, post: (&meetingPrint{lang: lang, r: r}).postFull}
	return p.set(ctx, b.compose(placeOf(lang, r, o.District)), "weekly-"+monday.String(), format)
}

type weeklyPrint struct {
	lang words.Lang
	w    *app.Weekly
	r    app.Reader
	post func(id string) string
}

func (b weeklyPrint) say(key string, args ...any) string {
	return words.Say(b.lang, "paper.weekly."+key, args...)
}

func (b weeklyPrint) compose(place string) printed {
	w := b.w
	title := b.say("title", "district", place)
	s := sheet{name: title, foot: []string{b.say("foot")}}
	put := func(bs ...block) { s.blocks = append(s.blocks, bs...) }
	sub := text(b.say("sub", "from", w.From.Prose(b.lang, 0), "to", w.To.Prose(b.lang, 0), "day", w.Monday.Prose(b.lang, 0)))
	if !w.Over {
		sub = append(sub, run{text: b.say("draft")})
	}
	if w.Sample {
		sub = append(sub, run{sample: words.Say(b.lang, "sample")})
	}
	put(block{kind: kTitle, runs: text(title)}, block{kind: kSub, runs: sub})
	put(block{kind: kPara, runs: text(b.say("lede", "deeds", w.Deeds, "cases", w.Cases, "climbs", len(w.Climbed), "closed", w.Closed, "opened", w.Opened, "idle", w.Idle))})
	no := 0
	head := func(name string) {
		no++
		put(block{kind: kHead1, runs: text(heading(b.lang, 1, no, name))})
	}
	for _, l := range w.Levels {
		name := b.say("level", "level", words.Say(b.lang, "paper.weekly.level."+numberOf(l.Level)), "who", l.Say.In(b.lang))
		head(name)
		put(b.level(name, l)...)
	}
	if len(w.Climbed) > 0 {
		head(b.say("climbed"))
		put(block{kind: kTable, grid: b.climbs()})
	}
	return printed{lang: b.lang, title: title, sheets: []sheet{s}}
}

func numberOf(n int) string { return string(rune('0' + min(max(n, 0), 9))) }

// level is the table of what was coordinated, then who had matters in hand and did nothing, by name.
func (b weeklyPrint) level(name string, l app.WeeklyLevel) []block {
	g := grid{name: name, number: []bool{false, false, false, false}, head: b.heads("who", "matter", "did", "on")}
	var idle []string
	for _, s := range l.Seats {
		if s.Idle() {
			key := "idle.one"
			if s.Late > 0 {
				key = "idle.late"
			}
			idle = append(idle, b.say(key, "who", b.post(s.Post), "n", s.Open, "late", s.Late))
		}
		for i, d := range s.Deeds {
			who := ""
			if i == 0 {
				who = b.post(s.Post)
			}
			g.rows = append(g.rows, []cellText{{runs: text(who)}, {runs: text(d.Title + "\n" + d.Case)}, {runs: text(b.deed(d))}, {runs: text(day(b.lang, d.On.At(0)))}})
		}
	}
	var out []block
	if len(g.rows) > 0 {
		out = append(out, block{kind: kTable, grid: weighed(g, []float64{20, 32, 32, 16})})
	} else {
		out = append(out, block{kind: kPara, runs: text(b.say("nobody"))})
	}
	if len(idle) > 0 {
		out = append(out, block{kind: kPara, runs: []run{{text: b.say("idle"), bold: true}, {text: strings.Join(idle, words.Say(b.lang, "paper.comma")) + words.Say(b.lang, "stop")}}})
	}
	return out
}

func (b weeklyPrint) heads(keys ...string) [][]cellText {
	var row []cellText
	for _, k := range keys {
		row = append(row, cellText{runs: text(b.say(k))})
	}
	return [][]cellText{row}
}

// deed says one step in words, and what was decided or given as its reason.
func (b weeklyPrint) deed(d app.WeeklyDeed) string {
	name := d.What.In(b.lang)
	if d.What == (rules.Say{}) {
		name = b.say("kind." + d.Kind)
	}
	if t := cutTo(d.Text, .5, 2); t != "" {
		return name + b.say("colon") + t
	}
	return name
}

func (b weeklyPrint) climbs() *grid {
	g := grid{name: b.say("climbed"), number: []bool{false, false, false}, head: b.heads("matter", "from-to", "on")}
	for _, c := range b.w.Climbed {
		from, to := words.Say(b.lang, "paper.weekly.level."+numberOf(c.From)), words.Say(b.lang, "paper.weekly.level."+numberOf(c.To))
		g.rows = append(g.rows, []cellText{{runs: text(c.Title + "　" + c.Case)}, {runs: text(from + " → " + to)}, {runs: text(day(b.lang, c.On.At(0)))}})
	}
	return weighed(g, []float64{56, 26, 18})
}
