package dispatch

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestALineThatTwoChangeAtOnceKeepsBothSentences(t *testing.T) {
	h := enter(t)
	id := h.running()
	h.must("dispatcher", NoteLine{Meeting: id, Item: "1", Text: "区住建局换一家机构"})
	h.must("dispatcher", NoteLine{Meeting: id, Item: "1", Text: "通济街道签完"})
	seen := h.item(id, "1").Lines[0].Seq
	h.must("dispatcher", NoteLine{Meeting: id, Item: "1", Line: "1", Text: "区住建局 7 月 13 日前换一家机构", Seen: seen})
	h.must("supervisor", NoteLine{Meeting: id, Item: "1", Line: "1", Text: "区住建局换两家机构", Seen: seen})
	l := h.item(id, "1").Lines
	if len(l) != 3 || l[0].Text != "区住建局 7 月 13 日前换一家机构" || len(l[0].Was) != 1 || l[1].Text != "区住建局换两家机构" || l[1].Beside != "1" || l[1].By != "supervisor" || l[2].Text != "通济街道签完" {
		t.Fatalf("%+v", l)
	}
	h.must("dispatcher", NoteLine{Meeting: id, Item: "1", Line: "3", Text: "", Seen: l[1].Seq})
	if s := h.item(id, "1").Lines[1]; !s.Struck || s.Text != "区住建局换两家机构" {
		t.Errorf("struck: %+v", s)
	}
	if e := h.must("supervisor", NoteLine{Meeting: id, Item: "1", Line: "1", Text: "", Seen: seen}); len(e) != 0 {
		t.Error("a line was struck that its striker had not read")
	}
	if e := h.must("supervisor", NoteLine{Meeting: id, Item: "1", Line: "1", Text: l[0].Text, Seen: seen}); len(e) != 0 {
		t.Error("the same words again made an entry")
	}
	if err := h.refused("dispatcher", NoteLine{Meeting: id, Item: "1", Text: strings.Repeat("字", MostNote+1)}); !errors.Is(err, ErrNoteLong) {
		t.Error(err)
	}
	if err := h.refused("dispatcher", NoteLine{Meeting: id, Item: "1", Line: "8", Text: "x"}); !errors.Is(err, ErrNoItem) {
		t.Error(err)
	}
}

func TestWhatComesInAfterTheCloseStandsBeneathAndIsMarked(t *testing.T) {
	h := enter(t)
	id := h.running()
	h.must("dispatcher", NoteLine{Meeting: id, Item: "3", Text: "查三处"})
	seen := h.item(id, "3").Lines[0].Seq
	for _, item := range []string{"1", "2", "3"} {
		h.must("dispatcher", HoldItem{Meeting: id, Item: item, Why: "没议到", Seen: h.item(id, item).Seq})
	}
	h.must("dispatcher", CloseMeeting{Meeting: id})
	h.must("supervisor", NoteLine{Meeting: id, Item: "3", Line: "1", Text: "查四处", Seen: seen})
	h.must("supervisor", NoteLine{Meeting: id, Item: "3", Line: "1", Text: "", Seen: seen})
	l := h.item(id, "3").Lines
	if len(l) != 2 || l[0].Text != "查三处" || l[0].Struck || l[1].Text != "查四处" || !l[1].Late || l[1].Beside != "1" {
		t.Fatalf("%+v", l)
	}
}

// TestNoSentenceThatWasAcknowledgedIsLost lets recorders write, change and strike lines in any order, each seeing what he saw last: who is cut
// off keeps writing on what he knows, and all of it comes in later. Whatever was acknowledged can be read: as a line, or as an
// earlier wording that a line names; and nothing was refused.
func TestNoSentenceThatWasAcknowledgedIsLost(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := enter(t)
		id := h.running()
		type copied struct {
			lines []Line
			late  []NoteLine // written while cut off
			off   bool
		}
		screens := map[string]*copied{"dispatcher": {}, "supervisor": {}, "leader": {}}
		said, n := map[string]bool{}, 0
		send := func(post string, c NoteLine) {
			e, err := h.do(post, c)
			if err != nil {
				rt.Fatalf("%s: %+v: %v", post, c, err)
			}
			if len(e) > 0 && strings.TrimSpace(c.Text) != "" {
				said[c.Text] = true
			}
		}
		closed := false
		for range rapid.IntRange(5, 60).Draw(rt, "steps") {
			post := rapid.SampledFrom([]string{"dispatcher", "supervisor", "leader"}).Draw(rt, "post")
			s := screens[post]
			h.at = h.at.Add(time.Second)
			switch rapid.IntRange(0, 9).Draw(rt, "what") {
			case 0:
				s.off = !s.off
				if !s.off { // back: what was written goes out in its order
					for _, c := range s.late {
						send(post, c)
					}
					s.late = nil
				}
			case 1, 2, 3:
				if !s.off {
					s.lines = h.item(id, "3").Lines
				}
			case 4:
				if !closed && rapid.IntRange(0, 20).Draw(rt, "close") == 0 {
					for _, item := range []string{"1", "2", "3"} {
						h.must("dispatcher", HoldItem{Meeting: id, Item: item, Why: "x", Seen: h.item(id, item).Seq})
					}
					h.must("dispatcher", CloseMeeting{Meeting: id})
					closed = true
				}
			default:
				n++
				c := NoteLine{Meeting: id, Item: "3", Text: fmt.Sprintf("第 %d 句", n)}
				if len(s.lines) > 0 && rapid.Bool().Draw(rt, "change") {
					l := rapid.SampledFrom(s.lines).Draw(rt, "line")
					c.Line, c.Seen = l.ID, l.Seq
					if rapid.IntRange(0, 4).Draw(rt, "strike") == 0 {
						c.Text = " "
					}
				}
				if s.off {
					s.late = append(s.late, c)
				} else {
					send(post, c)
				}
			}
		}
		readable := map[string]bool{}
		ids := map[string]bool{}
		for _, l := range h.item(id, "3").Lines {
			if ids[l.ID] {
				rt.Fatalf("line %s stands twice", l.ID)
			}
			ids[l.ID] = true
			readable[l.Text] = true
			for _, seq := range l.Was {
				var b lineNoted
				if err := json.Unmarshal(h.entries[seq-1].Body, &b); err != nil {
					rt.Fatal(err)
				}
				readable[b.Text] = true
			}
		}
		for text := range said {
			if !readable[text] {
				rt.Fatalf("%q was acknowledged and cannot be read: %+v", text, h.item(id, "3").Lines)
			}
		}
	})
}
