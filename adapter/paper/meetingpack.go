package paper

import (
	_ "embed"
	"html/template"
	"math"
	"strings"
	"time"

	"shigan/engine/draw"
	"shigan/kernel/words"
)

//go:embed meetingpack.css
var packCSS string

// MeetingPack 会议包 is what lies before everybody at a meeting: the agenda, then one page per project.
type MeetingPack struct {
	District string
	Meeting  string
	On       time.Time
	At       string // clock: "14:30"
	Place    string
	Chair    string
	Last     LastTime
	Items    []PackItem
	Pages    []PackPage
	Entry    string
	Live     string
	Sample   bool
}

// LastTime 上次议定 is how far the decisions of the meeting before are.
type LastTime struct {
	Done, Open, Late int
	Not              int    // not possible, said with a reason
	Tasks            []Task // those that are not done, late ones first
}

// PackItem is one line of the agenda. Page is where its project is found in the pack, 0 where it has none.
type PackItem struct {
	At     string
	Title  string
	Who    string
	Why    string
	Page   int
	Sample bool
}

// PackPage is one project on one page.
type PackPage struct {
	Title  string
	Facts  []Fact
	Lights []PackLight
	Money  []Fact // name, number with its unit
	Done   float64
	Time   float64 // where the calendar stands; both as shares, below zero where not known
	AsOf   string
	Now    string // progress, in the unit's words
	Steps  []PackStep
	Stuck  []Stuck
	Tasks  []Task
	Sample bool
}

// PackLight is a light with its name; Hue as draw.Light takes it.
type PackLight struct{ Name, Hue, Word string }

// PackStep is a milestone.
type PackStep struct {
	Name  string
	First time.Time // zero where the promise was never moved
	Due   time.Time
	Done  time.Time
	Late  bool
}

// Stuck 卡着的事 is an open case: 难点 → 原因 → 办法.
type Stuck struct {
	ID    string
	Title string
	Level string
	Hue   string
	Pain  string
	Cause string
	Ways  []string // each with mark, cost and effect; the chosen one begins with the decision
	Who   string
	Due   string
	level int // the highest comes first
}

// The page of a pack, in points: A4 less its own margins. A pack is read at a table and is set closer than a letter.
const (
	packWidth  = (210 - 22 - 20) * mm
	packHeight = (297 - 18 - 26) * mm
	packSize   = 10.5
	packLead   = 15.0
)

// MeetingPackHTML sets the pack as A4 pages: the agenda first.
func MeetingPackHTML(lang words.Lang, m MeetingPack) (template.HTML, error) {
	type shown struct {
		MeetingPack
		Lang  words.Lang
		First agendaPage
		Set   []setPage
	}
	d := shown{MeetingPack: m, Lang: lang, First: agendaOf(lang, m)}
	for _, p := range m.Pages {
		d.Set = append(d.Set, fitPage(lang, p))
	}
	var b strings.Builder
	err := packTemplates[lang].Execute(&b, d)
	return template.HTML(b.String()), err
}

// agendaPage is the first page with as much of its lists as it holds.
type agendaPage struct {
	Items          []PackItem
	MoreItems      int
	Tasks          []Task
	MoreTasks      int
	LastN          int
	LastWord, When string
}

func agendaOf(lang words.Lang, m MeetingPack) agendaPage {
	a := agendaPage{Items: m.Items, Tasks: m.Last.Tasks, LastN: m.Last.Done + m.Last.Open + m.Last.Late + m.Last.Not}
	a.LastWord = m.Last.say(lang)
	a.When = words.Say(lang, "paper.pack.when", "day", date(lang, m.On), "time", m.At, "place", m.Place)
	room := packHeight - 212 // title, day, heads of both tables, what says how much is left out
	tasks := 0.0
	for i, t := range a.Tasks {
		h := rowHeight(share{t.What, .5}, share{t.Lead, .2})
		if tasks+h > room*.4 {
			a.Tasks, a.MoreTasks = a.Tasks[:i], len(a.Tasks)-i
			break
		}
		tasks += h
	}
	room -= tasks
	for i, x := range a.Items {
		if room -= rowHeight(share{x.Title, .42}, share{x.Who, .2}, share{x.Why, .2}); room < 0 {
			a.Items, a.MoreItems = a.Items[:i], len(a.Items)-i
			break
		}
	}
	return a
}

// setPage is a project's page as it fits; More says how much had to be left to the system.
type setPage struct {
	PackPage
	Bar                             template.HTML
	MoreSteps, MoreStuck, MoreTasks int
	Room                            bool // enough is left for notes by hand
}

type share struct {
	text string
	of   float64 // of the page's width
}

func rowHeight(cells ...share) float64 {
	most := 1.0
	for _, c := range cells {
		n := 0.0
		for part := range strings.SplitSeq(c.text, "\n") {
			n += math.Max(1, math.Ceil(draw.Width(part, packSize)*1.05/(packWidth*c.of-12)))
		}
		most = math.Max(most, n)
	}
	return most*packLead + 5
}

// fitPage leaves out what a page cannot hold, least needed first: steps long done, then steps far off, tasks, and matters of
// the lower levels. A sentence that is too long for its cell is cut; the case has it whole.
func fitPage(lang words.Lang, p PackPage) setPage {
	s := setPage{PackPage: p}
	if p.Done >= 0 {
		s.Bar = draw.Print.Bar(p.Done, p.Time, 1, 900, words.Say(lang, "paper.pack.money.rate"))
	}
	const head = 24.0 // a heading with its rule
	room := packHeight - 140 - 2*head - 46
	room -= rowHeight(share{p.Title, .7}) + float64((len(p.Facts)+1)/2)*packLead
	if p.Now != "" {
		s.Now = cutTo(p.Now, .86, 3)
		room -= rowHeight(share{s.Now, .86})
	}
	s.Stuck = nil
	stuck := 0.0
	for i, x := range p.Stuck {
		x.Pain, x.Cause = cutTo(x.Pain, .27, 5), cutTo(x.Cause, .22, 5)
		for j := range x.Ways {
			x.Ways[j] = cutTo(x.Ways[j], .27, 3)
		}
		x.Title = cutTo(x.Title, .9, 1)
		h := rowHeight(share{x.Pain, .27}, share{x.Cause, .22}, share{strings.Join(x.Ways, "\n"), .27}, share{x.Who, .24}, share{"\n\n", 1}) + packLead + 4
		if stuck+h > room*.62 && i > 0 {
			s.MoreStuck = len(p.Stuck) - i
			break
		}
		stuck += h
		s.Stuck = append(s.Stuck, x)
	}
	room -= stuck + 2*head
	tasks := 0.0
	for i, t := range p.Tasks {
		h := rowHeight(share{t.What, .46}, share{t.Lead, .2})
		if tasks+h > room*.55 {
			s.Tasks, s.MoreTasks = p.Tasks[:i], len(p.Tasks)-i
			break
		}
		tasks += h
	}
	room -= tasks + head
	if most := max(int(room/(packLead+5)), 1); len(p.Steps) > most {
		s.Steps, s.MoreSteps = nextSteps(p.Steps, most), len(p.Steps)-most
	}
	room -= float64(len(s.Steps)) * (packLead + 5)
	s.Room = room > 40
	return s
}

// nextSteps takes the steps around the first that is not done: that one, those after it, and of those before it the last.
func nextSteps(all []PackStep, n int) []PackStep {
	first := len(all)
	for i, x := range all {
		if x.Done.IsZero() {
			first = i
			break
		}
	}
	from := max(0, min(first-1, len(all)-n))
	return all[from : from+n]
}

// cutTo cuts a text to some lines of a column.
func cutTo(s string, share float64, lines int) string {
	s = strings.Join(strings.Fields(s), " ")
	return draw.Fit(s, packSize*1.05, (packWidth*share-12)*float64(lines)*.94)
}

var packTemplates = map[words.Lang]*template.Template{words.Zh: packTemplate(words.Zh), words.En: packTemplate(words.En)}

func packTemplate(lang words.Lang) *template.Template {
	return template.Must(template.New("pack").Funcs(template.FuncMap{
		"t":      func(key string, args ...any) string { return words.Say(lang, key, args...) },
		"day":    func(d time.Time) string { return taskDay(lang, d) },
		"shape":  func(hue string) template.HTML { return draw.Print.Light(hue, "") },
		"plus":   func(a, b int) int { return a + b },
		"sample": func() string { return words.Say(lang, "sample") },
		"dict1":  func(m any, n int) map[string]any { return map[string]any{"M": m, "N": n} },
	}).Parse(packHTML))
}

const packHTML = `{{$m := .}}<article class="a4 mp" aria-label="{{t "paper.pack.title"}} 1"><div class="mp-h"><span>{{t "paper.pack.title"}}</span><span>{{.District}}{{if .Sample}}<span class="eg">{{sample}}</span>{{end}}</span></div>
<div class="mp-t" role="heading" aria-level="2">{{.Meeting}}</div><p class="mp-s">{{.First.When}}{{if .Chair}}　{{t "paper.pack.chair" "chair" .Chair}}{{end}}</p>
<div class="mp-2" role="heading" aria-level="3">{{t "paper.pack.agenda"}}</div>
{{if .First.Items}}<table aria-label="{{t "paper.pack.agenda"}}"><colgroup><col class="w8"><col class="w42"><col class="w20"><col class="w22"><col class="w8"></colgroup><thead><tr><th scope="col">{{t "paper.pack.no"}}</th><th scope="col">{{t "paper.pack.item"}}</th><th scope="col">{{t "paper.pack.who"}}</th><th scope="col">{{t "paper.pack.why"}}</th><th scope="col" class="n">{{t "paper.pack.page"}}</th></tr></thead><tbody>
{{range $i, $x := .First.Items}}<tr><td>{{if .At}}{{.At}}{{else}}{{plus $i 1}}{{end}}</td><td>{{.Title}}{{if .Sample}}<span class="eg">{{sample}}</span>{{end}}</td><td>{{.Who}}</td><td>{{.Why}}</td><td class="n">{{if .Page}}{{.Page}}{{end}}</td></tr>{{end}}</tbody></table>{{with .First.MoreItems}}<p class="mp-m">{{t "paper.pack.more" "n" .}}</p>{{end}}{{else}}<p class="mp-m">{{t "paper.pack.nothing"}}</p>{{end}}
<div class="mp-2" role="heading" aria-level="3">{{t "paper.pack.last"}}</div><p class="mp-m">{{if .First.LastN}}{{.First.LastWord}}{{else}}{{t "paper.pack.last.none"}}{{end}}</p>
{{if .First.Tasks}}{{template "tasks" .First.Tasks}}{{with .First.MoreTasks}}<p class="mp-m">{{t "paper.pack.more" "n" .}}</p>{{end}}{{end}}
{{template "foot" dict1 $m 1}}</article>
{{range $i, $p := .Set}}<article class="a4 mp" aria-label="{{.Title}}"><div class="mp-h"><span>{{$m.Meeting}}　{{day $m.On}}</span><span>{{.AsOf}}</span></div>
<div class="mp-t" role="heading" aria-level="2">{{.Title}}{{if .Sample}}<span class="eg">{{sample}}</span>{{end}}</div>
<dl class="mp-f">{{range .Facts}}<div><dt>{{.Name}}</dt><dd>{{.Text}}</dd></div>{{end}}</dl>
<div class="mp-l">{{range .Lights}}<span><small>{{.Name}}</small><b>{{shape .Hue}}{{.Word}}</b></span>{{end}}</div>
{{if .Money}}<div class="mp-n">{{range .Money}}<span><small>{{.Name}}</small><b>{{.Text}}</b></span>{{end}}{{if .Bar}}<span class="mp-b">{{.Bar}}</span>{{end}}</div>{{end}}
{{with .Now}}<p class="mp-now"><b>{{t "paper.pack.progress"}}</b>{{.}}</p>{{end}}
<div class="mp-2" role="heading" aria-level="3">{{t "paper.pack.steps"}}</div>{{if .Steps}}<table aria-label="{{t "paper.pack.steps"}}"><colgroup><col class="w42"><col class="w20"><col class="w20"><col class="w18"></colgroup><thead><tr><th scope="col">{{t "paper.pack.step"}}</th><th scope="col">{{t "paper.pack.first"}}</th><th scope="col">{{t "paper.pack.due"}}</th><th scope="col">{{t "paper.pack.done"}}</th></tr></thead><tbody>{{range .Steps}}<tr><td>{{.Name}}</td><td>{{day .First}}</td><td>{{day .Due}}{{if .Late}} {{shape "red"}}{{end}}</td><td>{{day .Done}}</td></tr>{{end}}</tbody></table>{{with .MoreSteps}}<p class="mp-m">{{t "paper.pack.more" "n" .}}</p>{{end}}{{else}}<p class="mp-m">{{t "paper.pack.steps.none"}}</p>{{end}}
<div class="mp-2" role="heading" aria-level="3">{{t "paper.pack.stuck"}}</div>{{if .Stuck}}<table aria-label="{{t "paper.pack.stuck"}}"><colgroup><col class="w27"><col class="w22"><col class="w27"><col class="w24"></colgroup><thead><tr><th scope="col">{{t "paper.pack.pain"}}</th><th scope="col">{{t "paper.pack.cause"}}</th><th scope="col">{{t "paper.pack.remedy"}}</th><th scope="col">{{t "paper.pack.who"}}</th></tr></thead><tbody>
{{range .Stuck}}<tr class="mp-c"><th colspan="4" scope="rowgroup">{{shape .Hue}} {{.Title}}　<small>{{.ID}}　{{.Level}}</small></th></tr><tr><td>{{.Pain}}</td><td>{{.Cause}}</td><td>{{range $j, $w := .Ways}}{{if $j}}<br>{{end}}{{$w}}{{end}}</td><td>{{.Who}}<br>{{.Due}}</td></tr>{{end}}</tbody></table>{{with .MoreStuck}}<p class="mp-m">{{t "paper.pack.more" "n" .}}</p>{{end}}{{else}}<p class="mp-m">{{t "paper.pack.stuck.none"}}</p>{{end}}
<div class="mp-2" role="heading" aria-level="3">{{t "paper.pack.tasks"}}</div>{{if .Tasks}}{{template "tasks" .Tasks}}{{with .MoreTasks}}<p class="mp-m">{{t "paper.pack.more" "n" .}}</p>{{end}}{{else}}<p class="mp-m">{{t "paper.pack.tasks.none"}}</p>{{end}}
{{if .Room}}<div class="mp-2 mp-r" role="heading" aria-level="3">{{t "paper.pack.room"}}</div>{{end}}
{{template "foot" dict1 $m (plus $i 2)}}</article>
{{end}}{{define "tasks"}}<table aria-label="{{t "paper.pack.tasks"}}"><colgroup><col class="w46"><col class="w20"><col class="w18"><col class="w16"></colgroup><thead><tr><th scope="col">{{t "paper.tasks.what"}}</th><th scope="col">{{t "paper.tasks.lead"}}</th><th scope="col">{{t "paper.tasks.by"}}</th><th scope="col">{{t "paper.tasks.state"}}</th></tr></thead><tbody>{{range .}}<tr><td>{{.What}}</td><td>{{.Lead}}</td><td>{{day .By}}</td><td>{{.State}}</td></tr>{{end}}</tbody></table>{{end}}
{{define "foot"}}<div class="ft9"><span>{{with .M.Entry}}{{t "paper.pack.entry" "entry" .}}{{end}}{{with .M.Live}}<br>{{t "paper.live" "live" .}}{{end}}</span><span class="pgn">{{t "paper.page" "n" .N}}</span></div>{{end}}`
