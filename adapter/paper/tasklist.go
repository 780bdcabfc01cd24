package paper

import (
	"html/template"
	"time"

	"shigan/kernel/words"
)

// TaskList 确定事项清单 is what a meeting decided, one matter a row: what, who leads, who assists, by when, whose word ends it.
type TaskList struct {
	District string
	Office   string
	Meeting  string // what the meeting is called
	Number   string
	On       time.Time // day of the meeting
	Issued   time.Time
	Tasks    []Task
	Entry    string
	Suite    string
	Code     string
	Sample   bool
}

// Task is one decided matter.
type Task struct {
	ID     string // of its case
	Item   string // of the agenda that it came out of
	What   string
	Lead   string
	Assist string
	Raiser string // agrees that it is done
	By     time.Time
	State  string // how far it is, when the list is printed; may be empty
	Sample bool
}

// TaskListDocx and TaskListHTML set the list on its own.
func TaskListDocx(lang words.Lang, l TaskList) ([]byte, error) { return docx(composeTaskList(lang, l)) }

func TaskListHTML(lang words.Lang, l TaskList) (template.HTML, error) {
	return pages(composeTaskList(lang, l))
}

func composeTaskList(lang words.Lang, l TaskList) printed {
	s := taskSheet(lang, l)
	s.blocks = append(s.blocks, signed(lang, kSpace, l.Office, l.Issued)...)
	return printed{lang: lang, title: flat(s.blocks[0].runs), sheets: []sheet{s}}
}

// taskSheet is title, day and table: a paper of its own, and the sheet behind the minutes.
func taskSheet(lang words.Lang, l TaskList) sheet {
	say := func(k string, args ...any) string { return words.Say(lang, "paper.tasks."+k, args...) }
	title := say("title")
	sub := text(say("of", "meeting", l.Meeting, "day", date(lang, l.On)))
	if l.Sample {
		sub = append(sub, run{sample: words.Say(lang, "sample")})
	}
	s := sheet{name: title, blocks: []block{{kind: kTitle, runs: text(title)}, {kind: kSub, runs: sub}}}
	if l.Number != "" {
		s.blocks = append(s.blocks, block{kind: kSub, runs: text(l.Number)})
	}
	if len(l.Tasks) == 0 {
		s.blocks = append(s.blocks, block{kind: kPara, runs: text(say("none"))})
	} else {
		s.blocks = append(s.blocks, block{kind: kTable, grid: taskGrid(lang, title, l.Tasks)}, block{kind: kSmall, runs: text(say("ends"))})
	}
	s.foot = nonEmpty(sealed(lang, l.Entry, l.Suite, l.Code))
	return s
}

func taskGrid(lang words.Lang, name string, ts []Task) *grid {
	g := grid{name: name, number: []bool{false, false, false, false, false, false}}
	var row []cellText
	for _, k := range []string{"what", "lead", "assist", "by", "raiser", "state"} {
		row = append(row, cellText{runs: text(words.Say(lang, "paper.tasks."+k))})
	}
	g.head = [][]cellText{row}
	for i, t := range ts {
		what := cellText{runs: text(heading(lang, 3, i+1, t.What))}
		if t.Sample {
			what.runs = append(what.runs, run{sample: words.Say(lang, "sample")})
		}
		if from := joined(lang, t.ID, t.Item); from != "" {
			what.runs = append(what.runs, run{text: "\n" + from})
		}
		g.rows = append(g.rows, []cellText{what, {runs: text(t.Lead)}, {runs: text(t.Assist)}, {runs: text(taskDay(lang, t.By))}, {runs: text(t.Raiser)}, {runs: text(t.State)}})
	}
	return weighed(dropEmptyOf(g, []float64{28, 14.5, 15, 16, 14.5, 13}))
}

// dropEmptyOf leaves out empty columns and the shares of the width that they had.
func dropEmptyOf(g grid, shares []float64) (grid, []float64) {
	var kept []float64
	for i := range shares {
		full := i == 0
		for _, row := range g.rows {
			full = full || flat(row[i].runs) != ""
		}
		if full {
			kept = append(kept, shares[i])
		}
	}
	return dropEmpty(g), kept
}

// weighed sets the widths by shares: for tables whose first column holds sentences.
func weighed(g grid, shares []float64) *grid {
	g.size, g.lead, g.pad = 11, 16, 11
	sum := 0.0
	for _, s := range shares {
		sum += s
	}
	g.widths = make([]float64, len(shares))
	for i, s := range shares {
		g.widths[i] = s / sum * areaWidth
	}
	g.widths = rounded(g.widths)
	return &g
}

func taskDay(lang words.Lang, d time.Time) string {
	if d.IsZero() {
		return ""
	}
	return day(lang, d)
}
