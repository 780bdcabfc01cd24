package dispatch

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// MostNote 一行最长 is how many characters a line may have: a sentence, not a document.
const MostNote = 2000

// NoteLine 记一行, while people talk. Nobody's sentence is overwritten and none is refused: where the line has changed since its
// writer saw it, his words become a line of their own beneath it. An empty text strikes the line, which stays to be read; striking
// what somebody has changed meanwhile does nothing. Once the meeting is closed lines only come in beneath, marked as late.
type NoteLine struct {
	Meeting string
	Item    string
	Line    string // "" is a new one
	Text    string
	Seen    int64 // Line.Seq as the writer saw it
}

func (NoteLine) Name() string                            { return "dispatch.note-line" }
func (NoteLine) Scope(v table.Reader) (org.Scope, error) { return everywhere(v) }

type lineNoted struct {
	Item   string `json:"item"`
	Line   string `json:"line"` // as it is numbered
	Text   string `json:"text"`
	Beside string `json:"beside,omitempty"`
	Late   bool   `json:"late,omitempty"`
	Was    int64  `json:"was,omitempty"` // the wording that this one changes
}

func (c NoteLine) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	m, x, err := itemOf(v, c.Meeting, c.Item, MeetingRunning, MeetingClosed)
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(c.Text) > MostNote {
		return nil, ErrNoteLong.With("most", MostNote)
	}
	late := m.State == MeetingClosed
	b := lineNoted{Item: x.ID, Line: c.Line, Text: c.Text, Late: late}
	old := x.Line(c.Line)
	switch {
	case old == nil && c.Line != "":
		return nil, ErrNoItem.With("meeting", m.ID, "item", x.ID+"."+c.Line)
	case blank(c.Text) && (old == nil || late || old.Struck || old.Seq != c.Seen):
		return nil, nil
	case old != nil && old.Text == c.Text && !old.Struck:
		return nil, nil // the other one wrote the very same
	case old != nil && old.Seq == c.Seen && !late:
		b.Was = old.Seq
	default:
		b.Line = fmt.Sprint(x.LastLine + 1)
		if old != nil {
			b.Beside = old.ID
		}
	}
	return fact("dispatch.line-noted/1", MeetingKind+"/"+m.ID, calendar.DateOf(at).String(), b), nil
}

// apply puts a line where it belongs: a new one last, one beside another beneath that and whatever lies beside it already.
func (b lineNoted) apply(x *Item, e ledger.Entry) {
	if b.Was != 0 {
		l := x.Line(b.Line)
		l.Was = append(l.Was, l.Seq)
		l.Struck = blank(b.Text)
		if !l.Struck {
			l.Text = b.Text // struck, it keeps its words
		}
		l.By, l.At, l.Seq = e.Post, e.RecordedAt, e.Seq
		return
	}
	x.LastLine++
	at := len(x.Lines)
	if b.Beside != "" {
		at = 1 + slices.IndexFunc(x.Lines, func(l Line) bool { return l.ID == b.Beside })
		for at < len(x.Lines) && x.Lines[at].Beside != "" {
			at++
		}
	}
	x.Lines = slices.Insert(x.Lines, at, Line{ID: b.Line, Text: b.Text, By: e.Post, At: e.RecordedAt, Seq: e.Seq, Beside: b.Beside, Late: b.Late})
}
