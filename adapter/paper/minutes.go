package paper

import (
	"html/template"
	"strings"
	"time"

	"shigan/kernel/words"
)

// Minutes 会议纪要 in the manner of GB/T 9704: what was decided, item by item, who was there, and the list of tasks behind.
type Minutes struct {
	Title    string // empty: the meeting with the catalogue's word
	District string
	Office   string
	Meeting  string
	Number   string
	On       time.Time
	From, To string // clock: "14:30"; To may be empty
	Place    string
	Chair    string
	Present  []string
	Absent   []string
	Writers  []string // who took the notes
	Before   []Sentence
	Items    []MinuteItem
	Held     []MinuteItem // left for the next meeting, with the reason
	Tasks    []Task
	Issued   time.Time
	Draft    bool
	CopiesTo []string
	Entry    string
	Suite    string
	Code     string
	Sample   bool
}

// MinuteItem is one item of the agenda.
type MinuteItem struct {
	Title    string
	Pain     string // 难点
	Cause    string // 原因
	Chosen   string // the option that was taken, mark and text
	Decision string
	Why      string // an item without a task: why there is none; one held over: why
	Lines    []string
	Tasks    []Task
	Sample   bool
}

// MinutesDocx and MinutesHTML set the minutes.
func MinutesDocx(lang words.Lang, m Minutes) ([]byte, error) { return docx(composeMinutes(lang, m)) }

func MinutesHTML(lang words.Lang, m Minutes) (template.HTML, error) {
	return pages(composeMinutes(lang, m))
}

func composeMinutes(lang words.Lang, m Minutes) printed {
	say := func(k string, args ...any) string { return words.Say(lang, "paper.minutes."+k, args...) }
	title := m.Title
	if title == "" {
		title = say("title", "meeting", m.Meeting)
	}
	s := sheet{name: title, foot: nonEmpty(sealed(lang, m.Entry, m.Suite, m.Code))}
	put := func(bs ...block) { s.blocks = append(s.blocks, bs...) }
	sub := text(m.Number)
	if m.Draft {
		sub = append(sub, run{text: say("draft")})
	}
	if m.Sample {
		sub = append(sub, run{sample: words.Say(lang, "sample")})
	}
	put(block{kind: kTitle, runs: text(title)}, block{kind: kSub, runs: sub})
	hours := m.From
	if m.To != "" {
		hours = say("hours", "from", m.From, "to", m.To)
	}
	put(block{kind: kPara, runs: text(say("opening", "day", date(lang, m.On), "hours", hours, "chair", m.Chair, "meeting", m.Meeting, "place", m.Place))})
	put(paragraphs(lang, m.Before)...)
	no := 0
	for _, x := range m.Items {
		no++
		put(block{kind: kHead1, runs: itemHead(lang, no, x)})
		put(itemBlocks(lang, x)...)
	}
	if len(m.Held) > 0 {
		no++
		put(block{kind: kHead1, runs: text(heading(lang, 1, no, say("held")))})
		for i, x := range m.Held {
			put(block{kind: kPara, runs: text(heading(lang, 2, i+1, say("held.one", "title", bareStop(x.Title), "why", bareStop(x.Why))))})
		}
	}
	if no == 0 {
		put(block{kind: kPara, runs: text(say("nothing"))})
	}
	for _, who := range []struct {
		key  string
		list []string
	}{{"present", m.Present}, {"absent", m.Absent}, {"writers", m.Writers}} {
		if len(who.list) > 0 {
			put(block{kind: kPara, runs: []run{{text: say(who.key), bold: true}, {text: strings.Join(who.list, words.Say(lang, "paper.comma")) + words.Say(lang, "stop")}}})
		}
	}
	if len(m.Tasks) > 0 {
		put(attachments(lang, []Attachment{{words.Say(lang, "paper.tasks.title")}})...)
	}
	put(signed(lang, kSpace, m.Office, m.Issued)...)
	if len(m.CopiesTo) > 0 {
		put(block{kind: kSmall, runs: text(words.Say(lang, "paper.copies", "who", strings.Join(m.CopiesTo, words.Say(lang, "paper.comma"))))})
	}
	p := printed{lang: lang, title: title, sheets: []sheet{s}}
	if len(m.Tasks) > 0 {
		list := taskSheet(lang, TaskList{Meeting: m.Meeting, On: m.On, Tasks: m.Tasks, Entry: m.Entry, Suite: m.Suite, Code: m.Code, Sample: m.Sample})
		list.behind = true
		p.sheets = append(p.sheets, list)
	}
	return p
}

func itemHead(lang words.Lang, no int, x MinuteItem) []run {
	head := text(heading(lang, 1, no, x.Title))
	if x.Sample {
		head = append(head, run{sample: words.Say(lang, "sample")})
	}
	return head
}

// itemBlocks is what is said of one item: what stood in the way and why, what was chosen, what was decided, who does what.
func itemBlocks(lang words.Lang, x MinuteItem) []block {
	say := func(k string, args ...any) string { return words.Say(lang, "paper.minutes."+k, args...) }
	var out []block
	para := func(label, s string) {
		if s = bareStop(s); s == "" {
			return
		}
		var runs []run
		if label != "" {
			runs = append(runs, run{text: say(label), bold: true})
		}
		out = append(out, block{kind: kPara, runs: append(runs, run{text: s + words.Say(lang, "stop")})})
	}
	stuck := bareStop(x.Pain)
	if cause := bareStop(x.Cause); cause != "" && stuck != "" {
		stuck = say("pain", "pain", stuck, "cause", cause)
	}
	para("", stuck)
	for _, l := range x.Lines {
		para("", l)
	}
	para("chosen", x.Chosen)
	para("decided", x.Decision)
	for i, t := range x.Tasks {
		key := "task"
		if t.By.IsZero() {
			key = "task.open"
		}
		line := say(key, "lead", t.Lead, "what", bareStop(t.What), "day", dateIn(lang, t.By, t.By.Year()))
		if t.Assist != "" {
			line += say("task.assist", "assist", t.Assist)
		}
		out = append(out, block{kind: kPara, runs: text(heading(lang, 4, i+1, line+words.Say(lang, "stop")))})
	}
	if len(x.Tasks) == 0 {
		para("why", x.Why)
	}
	return out
}
