package paper

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	"shigan/kernel/words"
)

// Notice 工作提醒函 tells one unit what a meeting decided for it to do.
type Notice struct {
	Office  string
	Number  string
	To      string
	Meeting string
	On      time.Time
	Leads   []Task
	Assists []Task
	Signed  time.Time
	Contact string
	Live    string // where it is received
	Entry   string
	Suite   string
	Code    string
	Sample  bool
}

// NoticeDocx and NoticeHTML set the letter.
func NoticeDocx(lang words.Lang, n Notice) ([]byte, error) { return docx(composeNotice(lang, n)) }

func NoticeHTML(lang words.Lang, n Notice) (template.HTML, error) {
	return pages(composeNotice(lang, n))
}

func composeNotice(lang words.Lang, n Notice) printed {
	say := func(k string, args ...any) string { return words.Say(lang, "paper.notice."+k, args...) }
	title := say("title", "office", n.Office, "meeting", n.Meeting)
	s := sheet{name: title, foot: nonEmpty(sealed(lang, n.Entry, n.Suite, n.Code), say("online"))}
	put := func(bs ...block) { s.blocks = append(s.blocks, bs...) }
	num := text(n.Number)
	if n.Sample {
		num = append(num, run{sample: words.Say(lang, "sample")})
	}
	put(block{kind: kTitle, runs: text(title)}, block{kind: kSub, runs: num}, block{kind: kPlain, runs: text(words.Say(lang, "paper.slip.to", "to", n.To))})
	key := "opening"
	if len(n.Leads) == 0 {
		key = "opening.assists"
	}
	put(block{kind: kPara, runs: text(say(key, "day", date(lang, n.On), "meeting", n.Meeting, "n", len(n.Leads)+len(n.Assists)))})
	no := 0
	for i, t := range append(n.Leads[:len(n.Leads):len(n.Leads)], n.Assists...) {
		no++
		line := heading(lang, 2, no, bareStop(t.What))
		line += say("by."+strconv.FormatBool(!t.By.IsZero()), "day", dateIn(lang, t.By, n.On.Year()))
		switch {
		case i >= len(n.Leads):
			line += say("lead", "lead", t.Lead)
		case t.Assist != "":
			line += say("assist", "assist", t.Assist)
		}
		if t.Raiser != "" {
			line += say("raiser", "raiser", t.Raiser)
		}
		put(block{kind: kPara, runs: text(line)})
	}
	put(block{kind: kPara, runs: text(say("please"))}, block{kind: kPara, runs: text(say("early"))})
	put(signed(lang, kSpace, n.Office, n.Signed)...)
	if n.Contact != "" {
		put(block{kind: kPara, runs: text(words.Say(lang, "paper.slip.contact", "who", n.Contact))})
	}
	return printed{lang: lang, title: strings.ReplaceAll(title, "\n", " "), sheets: []sheet{s}}
}
